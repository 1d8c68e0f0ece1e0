// A reflected 64-bit CRC by carry-less multiplication.
//
// The method is that of V. Gopal, E. Ozturk and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
// Instruction", Intel, 2009; the derivation below is for reflected 64-bit CRCs.
//
// Bits and powers. A message is a polynomial over GF(2), its first bit the highest power; the CRC of a message M is
// M * x^64 mod P. In a reflected CRC the first bit of a byte is its lowest one, so 16 bytes loaded into a little-endian
// register hold the coefficient of x^(127 - k) in bit k: the low half counts x^64 times as much as the high half. A half by
// itself holds x^(63 - k) in bit k. Multiplying two halves puts the coefficient of x^(126 - k) into bit k: read as a register,
// the product is x times what it should be, and the constants make up for that.
//
// Folding. A block of 16 bytes B = L * x^64 + H that stands D bits before another one counts B * x^D as much. Modulo P that is
//
//     L * (x^(D + 64) mod P) + H * (x^D mod P),
//
// at most 127 bits, which fit the register of the later block and are added to it (xor). With the factor x of the
// multiplication taken out, the constants are x^(D + 63) mod P for L and x^(D - 1) mod P for H. Several registers, or lanes of wide
// registers, go over the message side by side, because a multiplication takes longer than the start of the next one; at the end the
// earlier ones are folded into the last. The CRC of what came before stands for the 64 bits in front: it is added to the first 8 bytes.
//
// Reducing. The last register R = L * x^64 + H gives the CRC R * x^64 mod P = (L * x^128 + H * x^64) mod P. L is folded once more, by
// x^127 mod P, which is the second constant of D = 128. That leaves T = T1 * x^64 + T0. Barrett's way to T mod P: the quotient is
//
//     q = floor(T1 * x^64 / P) = floor(T1 * floor(x^128 / P) / x^64),
//
// exact in GF(2) because T1 has fewer than 64 bits; the remainder is T0 + q * P, of which only the low 64 powers are left over.
// Both x^128 / P and P have 65 bits. Of the first, the x^0 term cannot reach the powers that count, so it is left out: then bit k is
// x^(64 - k), the product has x^(127 - k) in bit k, and its low half is q. Of P the x^64 term cannot reach them either; the x^0
// term gives q itself; the others are shifted one bit up, so that the high half of the product is what is to be added.

#include "CarrylessCRC.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define BY_16 __attribute__((target("pclmul,sse4.1")))
#define BY_64 __attribute__((target("pclmul,sse4.1,avx512f,vpclmulqdq")))

/// Moves a block on by the distance that `constants` are for, and adds the block there.
BY_16 static inline __m128i fold_16(__m128i block, __m128i constants, __m128i next) {
    __m128i low = _mm_clmulepi64_si128(block, constants, 0x00);
    __m128i high = _mm_clmulepi64_si128(block, constants, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

/// The same for four blocks.
BY_64 static inline __m512i fold_64(__m512i blocks, __m512i constants, __m512i next) {
    __m512i low = _mm512_clmulepi64_epi128(blocks, constants, 0x00);
    __m512i high = _mm512_clmulepi64_epi128(blocks, constants, 0x11);
    return _mm512_ternarylogic_epi64(low, high, next, 0x96);  // the xor of all three
}

BY_16 static inline __m128i load_16(const void *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

BY_64 static inline __m512i load_64(const void *bytes) {
    return _mm512_loadu_si512(bytes);
}

BY_16 static inline uint64_t low_half(__m128i block) {
    return (uint64_t)_mm_cvtsi128_si64(block);
}

BY_16 static inline uint64_t high_half(__m128i block) {
    return (uint64_t)_mm_extract_epi64(block, 1);
}

/// The CRC of a message that folding has brought down to one block.
BY_16 static inline uint64_t reduce(__m128i block, const struct carryless_crc_constants *constants) {
    __m128i across = load_16(constants->across_16);
    __m128i barrett = _mm_set_epi64x((int64_t)constants->polynomial, (int64_t)constants->quotient);
    __m128i t = _mm_xor_si128(_mm_clmulepi64_si128(block, across, 0x10), _mm_srli_si128(block, 8));
    __m128i q = _mm_clmulepi64_si128(t, barrett, 0x00);
    __m128i product = _mm_clmulepi64_si128(q, barrett, 0x10);
    return high_half(t) ^ high_half(product) ^ low_half(q);
}

/// Folds the `count` bytes behind `block` into it, block by block, and reduces the last.
BY_16 static inline uint64_t finish(
    __m128i block,
    const struct carryless_crc_constants *constants,
    const unsigned char *bytes,
    size_t count
) {
    __m128i across = load_16(constants->across_16);
    for (; count >= 16; count -= 16, bytes += 16) {
        block = fold_16(block, across, load_16(bytes));
    }
    return reduce(block, constants);
}

BY_16 static uint64_t by_16(
    const struct carryless_crc_constants *constants,
    uint64_t crc,
    const unsigned char *bytes,
    size_t count
) {
    enum { lanes = 8, step = lanes * 16 };
    __m128i before = _mm_cvtsi64_si128((int64_t)crc);
    if (count < 2 * step) {
        return finish(_mm_xor_si128(load_16(bytes), before), constants, bytes + 16, count - 16);
    }
    __m128i lane[lanes];
    for (int i = 0; i < lanes; i++) {
        lane[i] = load_16(bytes + 16 * i);
    }
    lane[0] = _mm_xor_si128(lane[0], before);
    __m128i across = load_16(constants->across_128);
    for (count -= step, bytes += step; count >= step; count -= step, bytes += step) {
        for (int i = 0; i < lanes; i++) {
            lane[i] = fold_16(lane[i], across, load_16(bytes + 16 * i));
        }
    }
    across = load_16(constants->across_64);
    for (int i = 0; i < lanes / 2; i++) {
        lane[i] = fold_16(lane[i], across, lane[i + lanes / 2]);
    }
    across = load_16(constants->across_16);
    for (int i = 1; i < lanes / 2; i++) {
        lane[i] = fold_16(lane[i - 1], across, lane[i]);
    }
    return finish(lane[lanes / 2 - 1], constants, bytes, count);
}

BY_64 static uint64_t by_64(
    const struct carryless_crc_constants *constants,
    uint64_t crc,
    const unsigned char *bytes,
    size_t count
) {
    enum { lanes = 4, step = lanes * 64 };
    __m512i lane[lanes];
    for (int i = 0; i < lanes; i++) {
        lane[i] = load_64(bytes + 64 * i);
    }
    lane[0] = _mm512_xor_si512(lane[0], _mm512_zextsi128_si512(_mm_cvtsi64_si128((int64_t)crc)));
    __m512i across = _mm512_broadcast_i32x4(load_16(constants->across_256));
    for (count -= step, bytes += step; count >= step; count -= step, bytes += step) {
        for (int i = 0; i < lanes; i++) {
            lane[i] = fold_64(lane[i], across, load_64(bytes + 64 * i));
        }
    }
    across = _mm512_broadcast_i32x4(load_16(constants->across_64));
    for (int i = 1; i < lanes; i++) {
        lane[i] = fold_64(lane[i - 1], across, lane[i]);
    }
    __m512i last = lane[lanes - 1];
    for (; count >= 64; count -= 64, bytes += 64) {
        last = fold_64(last, across, load_64(bytes));
    }
    __m128i near = load_16(constants->across_16);
    __m128i block = _mm512_castsi512_si128(last);
    block = fold_16(block, near, _mm512_extracti32x4_epi32(last, 1));
    block = fold_16(block, near, _mm512_extracti32x4_epi32(last, 2));
    block = fold_16(block, near, _mm512_extracti32x4_epi32(last, 3));
    return finish(block, constants, bytes, count);
}

enum carryless_crc_means carryless_crc_best_means(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) {
        return carryless_crc_none;
    }
    // The compiler's run-time library looks at the operating system, too: whether it keeps the wide registers.
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq")) {
        return carryless_crc_by_64;
    }
    return carryless_crc_by_16;
}

uint64_t carryless_crc_fold(
    enum carryless_crc_means means,
    const struct carryless_crc_constants *constants,
    uint64_t crc,
    const void *bytes,
    size_t count
) {
    // Below that the wide registers gain nothing.
    if (means == carryless_crc_by_64 && count >= 512) {
        return by_64(constants, crc, bytes, count);
    }
    return by_16(constants, crc, bytes, count);
}

#else

enum carryless_crc_means carryless_crc_best_means(void) {
    return carryless_crc_none;
}

uint64_t carryless_crc_fold(
    enum carryless_crc_means means,
    const struct carryless_crc_constants *constants,
    uint64_t crc,
    const void *bytes,
    size_t count
) {
    (void)means, (void)constants, (void)bytes, (void)count;
    return crc;
}

#endif
