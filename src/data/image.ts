/** A picture: bytes from 0 to 255, row after row, the channels of a pixel side by side. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 2: grey and alpha, 3: red, green, blue, 4: those and alpha (not multiplied in). */
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Uint8Array;
}
