// An authenticator app: the codes of RFC 6238, SHA-1, 6 digits, 30 seconds.

import { createHmac } from "node:crypto";

export const STEP_MS = 30_000;

/** The code of this secret, in Base32, at this time. */
export function codeAt(secret: string, timeMs: number): string {
  const bits = [...secret.replaceAll(" ", "")].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"));
  const key = Buffer.from((bits.join("").match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(timeMs / STEP_MS)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE(hash[hash.length - 1] & 0xf) & 0x7fffffff;
  return `${number % 1_000_000}`.padStart(6, "0");
}
