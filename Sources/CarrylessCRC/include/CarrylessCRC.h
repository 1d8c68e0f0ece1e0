#ifndef CARRYLESS_CRC_H
#define CARRYLESS_CRC_H

#include <stddef.h>
#include <stdint.h>

/// The numbers that folding over one reflected 64-bit CRC polynomial needs.
///
/// P is the polynomial with its term x^64. A number holds a remainder as the CRC does, reflected: the
/// coefficient of x^0 is the top bit. What each is good for, and why, stands in CarrylessCRC.c.
struct carryless_crc_constants {
    /// x^(D + 63) mod P and x^(D - 1) mod P for D = 128 bits, the distance of neighboring blocks of 16 bytes.
    uint64_t across_16[2];
    /// The same for D = 512 bits.
    uint64_t across_64[2];
    /// The same for D = 1024 bits.
    uint64_t across_128[2];
    /// The same for D = 2048 bits.
    uint64_t across_256[2];
    /// The quotient x^128 / P but for its x^0 term: the coefficient of x^64 is the lowest bit.
    uint64_t quotient;
    /// P but for its x^64 and x^0 terms: the coefficient of x^63 is bit 1.
    uint64_t polynomial;
};

/// Ways to fold, each faster than the one before.
enum carryless_crc_means {
    /// This processor cannot; ``carryless_crc_fold`` must not be called.
    carryless_crc_none = 0,
    /// 16 bytes an instruction: PCLMULQDQ.
    carryless_crc_by_16 = 1,
    /// 64 bytes an instruction: VPCLMULQDQ on AVX-512 registers.
    carryless_crc_by_64 = 2,
};

/// The fastest way this processor and its operating system offer; asks anew at every call, a few nanoseconds.
enum carryless_crc_means carryless_crc_best_means(void);

/// Returns the remainder `crc` after `count` more bytes, without initial value or final xor.
///
/// @param means no faster than ``carryless_crc_best_means``, and not none.
/// @param constants those of the CRC's polynomial.
/// @param bytes at any alignment.
/// @param count a multiple of 16, and not 0.
uint64_t carryless_crc_fold(
    enum carryless_crc_means means,
    const struct carryless_crc_constants *_Nonnull constants,
    uint64_t crc,
    const void *_Nonnull bytes,
    size_t count
);

#endif
