;; The inner loops of bilinear.ts, in SIMD. Assembled into planeKernelCode.ts by `npx tsx scripts/assemble.mts`.
;; Pixels in memory: "interleaved" R G B, 8 bits each; "row" R G B 0, 16 bits each with 7 fractional bits;
;; "planar" three planes of 8 bits, `plane` bytes apart.
(module
  (memory (export "memory") 1)

  ;; Interleaved to planar, `width` ≥ 4 pixels, four at a time; the last four overlap those before.
  (func (export "splitRow")
    (param $source i32) (param $width i32) (param $target i32) (param $plane i32)
    (local $last i32) (local $x i32) (local $to i32) (local $four v128)
    (local.set $last (i32.sub (local.get $width) (i32.const 4)))
    (loop $next
      (local.set $four
        (i8x16.swizzle
          (v128.load (i32.add (local.get $source) (i32.mul (local.get $x) (i32.const 3))))
          (v128.const i8x16 0 3 6 9 1 4 7 10 2 5 8 11 -1 -1 -1 -1)))
      (local.set $to (i32.add (local.get $target) (local.get $x)))
      (v128.store32_lane 0 (local.get $to) (local.get $four))
      (local.set $to (i32.add (local.get $to) (local.get $plane)))
      (v128.store32_lane 1 (local.get $to) (local.get $four))
      (v128.store32_lane 2 (i32.add (local.get $to) (local.get $plane)) (local.get $four))
      (if (i32.lt_s (local.get $x) (local.get $last))
        (then
          (local.set $x (i32.add (local.get $x) (i32.const 4)))
          (if (i32.gt_s (local.get $x) (local.get $last)) (then (local.set $x (local.get $last))))
          (br $next)))))

  ;; Interleaved to row, an even `width` of pixels, two at a time: each blends two neighbours of the source. A `table`
  ;; entry: byte offset of the first neighbour (32 bits), the 11-bit weights of the first and the second (16 bits each).
  (func (export "stretchRow")
    (param $source i32) (param $table i32) (param $width i32) (param $row i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $table) (i32.shl (local.get $width) (i32.const 3))))
    (loop $next
      (v128.store (local.get $row)
        (i16x8.narrow_i32x4_s
          (i32x4.shr_s
            (i32x4.dot_i16x8_s
              (i8x16.swizzle
                (v128.load64_zero (i32.add (local.get $source) (i32.load (local.get $table))))
                (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
              (v128.load32_splat offset=4 (local.get $table)))
            (i32.const 4))
          (i32x4.shr_s
            (i32x4.dot_i16x8_s
              (i8x16.swizzle
                (v128.load64_zero (i32.add (local.get $source) (i32.load offset=8 (local.get $table))))
                (v128.const i8x16 0 -1 3 -1 1 -1 4 -1 2 -1 5 -1 -1 -1 -1 -1))
              (v128.load32_splat offset=12 (local.get $table)))
            (i32.const 4))))
      (local.set $row (i32.add (local.get $row) (i32.const 16)))
      (local.set $table (i32.add (local.get $table) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $table) (local.get $end)))))

  ;; Two rows to planar, `width` ≥ 4 pixels, four at a time; the last four overlap those before. `weight` (11 bits) is
  ;; the lower row's. Each product keeps its upper 16 bits before the sum is rounded, as OpenCV does.
  (func (export "blendRows")
    (param $upper i32) (param $lower i32) (param $weight i32) (param $width i32) (param $target i32) (param $plane i32)
    (local $last i32) (local $x i32) (local $from i32) (local $to i32)
    (local $u v128) (local $l v128) (local $v v128) (local $w v128) (local $two v128) (local $four v128)
    (local.set $last (i32.sub (local.get $width) (i32.const 4)))
    (local.set $w (i16x8.splat (local.get $weight)))
    (local.set $v (i16x8.splat (i32.sub (i32.const 2048) (local.get $weight))))
    (loop $next
      (local.set $from (i32.add (local.get $upper) (i32.shl (local.get $x) (i32.const 3))))
      (local.set $to (i32.add (local.get $lower) (i32.shl (local.get $x) (i32.const 3))))
      (local.set $u (v128.load (local.get $from)))
      (local.set $l (v128.load (local.get $to)))
      (local.set $two
        (i16x8.shr_u
          (i16x8.add
            (i16x8.add
              (i8x16.shuffle 2 3 6 7 10 11 14 15 18 19 22 23 26 27 30 31
                (i32x4.extmul_low_i16x8_s (local.get $u) (local.get $v))
                (i32x4.extmul_high_i16x8_s (local.get $u) (local.get $v)))
              (i8x16.shuffle 2 3 6 7 10 11 14 15 18 19 22 23 26 27 30 31
                (i32x4.extmul_low_i16x8_s (local.get $l) (local.get $w))
                (i32x4.extmul_high_i16x8_s (local.get $l) (local.get $w))))
            (v128.const i16x8 2 2 2 2 2 2 2 2))
          (i32.const 2)))
      (local.set $u (v128.load offset=16 (local.get $from)))
      (local.set $l (v128.load offset=16 (local.get $to)))
      (local.set $four
        (i8x16.swizzle
          (i8x16.narrow_i16x8_u
            (local.get $two)
            (i16x8.shr_u
              (i16x8.add
                (i16x8.add
                  (i8x16.shuffle 2 3 6 7 10 11 14 15 18 19 22 23 26 27 30 31
                    (i32x4.extmul_low_i16x8_s (local.get $u) (local.get $v))
                    (i32x4.extmul_high_i16x8_s (local.get $u) (local.get $v)))
                  (i8x16.shuffle 2 3 6 7 10 11 14 15 18 19 22 23 26 27 30 31
                    (i32x4.extmul_low_i16x8_s (local.get $l) (local.get $w))
                    (i32x4.extmul_high_i16x8_s (local.get $l) (local.get $w))))
                (v128.const i16x8 2 2 2 2 2 2 2 2))
              (i32.const 2)))
          (v128.const i8x16 0 4 8 12 1 5 9 13 2 6 10 14 -1 -1 -1 -1)))
      (local.set $to (i32.add (local.get $target) (local.get $x)))
      (v128.store32_lane 0 (local.get $to) (local.get $four))
      (local.set $to (i32.add (local.get $to) (local.get $plane)))
      (v128.store32_lane 1 (local.get $to) (local.get $four))
      (v128.store32_lane 2 (i32.add (local.get $to) (local.get $plane)) (local.get $four))
      (if (i32.lt_s (local.get $x) (local.get $last))
        (then
          (local.set $x (i32.add (local.get $x) (i32.const 4)))
          (if (i32.gt_s (local.get $x) (local.get $last)) (then (local.set $x (local.get $last))))
          (br $next))))))
