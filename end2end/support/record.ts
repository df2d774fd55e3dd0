// Writes one record to the shop's own broker, as another program would: a produce request (version 3) by hand, since a
// Kafka client of its own would be a large thing for a few bad records.

import { connect } from "node:net";

const PRODUCE = 0;
const VERSION = 3;
const ANSWER_MS_MAX = 10_000;
/** Everything before the part of a batch that its checksum covers. */
const UNCOVERED_BYTES = 21;

/** A record without key, on partition 0. Answers when the broker has it. */
export async function produce(port: number, topic: string, value: string, headers: Record<string, string> = {}) {
  const answer = await ask(port, request(topic, batch(value, headers)));
  // Correlation id, number of topics, the topic's name, number of partitions, partition: then the error code.
  const errorCode = answer.readInt16BE(4 + 4 + 2 + topic.length + 4 + 4);
  if (errorCode !== 0) throw new Error(`the broker refused the record with code ${errorCode}`);
}

function request(topic: string, records: Buffer): Buffer {
  const body = Buffer.concat([
    int(2, PRODUCE),
    int(2, VERSION),
    int(4, 1),
    text("end2end"),
    int(2, -1), // no transaction
    int(2, -1), // answered when all replicas have it
    int(4, ANSWER_MS_MAX),
    int(4, 1),
    text(topic),
    int(4, 1),
    int(4, 0),
    int(4, records.length),
    records,
  ]);
  return Buffer.concat([int(4, body.length), body]);
}

function batch(value: string, headers: Record<string, string>): Buffer {
  const fields = Object.entries(headers).flatMap(([name, value]) => [bytes(name), bytes(value)]);
  const record = Buffer.concat([
    int(1, 0),
    varint(0),
    varint(0),
    varint(-1), // no key
    bytes(value),
    varint(Object.keys(headers).length),
    ...fields,
  ]);
  const now = Date.now();
  const covered = Buffer.concat([
    int(2, 0),
    int(4, 0),
    int(8, now),
    int(8, now),
    int(8, -1), // no producer's id, epoch and sequence
    int(2, -1),
    int(4, -1),
    int(4, 1),
    varint(record.length),
    record,
  ]);
  const length = covered.length + UNCOVERED_BYTES - 12;
  return Buffer.concat([int(8, 0), int(4, length), int(4, -1), int(1, 2), int(4, crc32c(covered) | 0), covered]);
}

function int(size: 1 | 2 | 4 | 8, value: number): Buffer {
  const buffer = Buffer.alloc(size);
  if (size === 8) buffer.writeBigInt64BE(BigInt(value));
  else buffer.writeIntBE(value, 0, size);
  return buffer;
}

function text(value: string): Buffer {
  return Buffer.concat([int(2, Buffer.byteLength(value)), Buffer.from(value)]);
}

function bytes(value: string): Buffer {
  return Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);
}

function varint(value: number): Buffer {
  const parts = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) parts.push((rest & 0x7f) | 0x80);
  return Buffer.from([...parts, rest]);
}

function crc32c(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function ask(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((done, failed) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(request));
    let received = Buffer.alloc(0);
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy(new Error("the broker does not answer")));
    socket.on("error", failed);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      socket.end();
      done(received.subarray(4));
    });
  });
}
