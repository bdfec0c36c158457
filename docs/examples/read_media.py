#!/usr/bin/python3
"""Prints every packet of a stream from the media log.

Debian: apt install python3-confluent-kafka python3-avro
"""
import argparse
import io
import sys

import avro.io
import avro.schema
from confluent_kafka import Consumer, KafkaError

parser = argparse.ArgumentParser()
parser.add_argument("--bootstrap", default="localhost:9092")
parser.add_argument("--stream", required=True)
parser.add_argument("--schema", required=True, help="relay-batch.avsc")
parser.add_argument("--until-end", action="store_true", help="stop when the stream ends")
options = parser.parse_args()

with open(options.schema) as file:
    schema = avro.schema.parse(file.read())
reader = avro.io.DatumReader(schema)


def decode(value):
    """C3 01 and the schema's fingerprint, or 0 and the schema's id in a registry; then the record in Avro binary."""
    if value[:2] == b"\xc3\x01":
        prefix = 10
    elif value[:1] == b"\0":
        prefix = 5
    else:
        raise ValueError("neither in Avro single-object encoding nor in that of a schema registry")
    return reader.read(avro.io.BinaryDecoder(io.BytesIO(value[prefix:])))


def print_batch(batch):
    """Returns whether the stream has ended."""
    for entry in batch["entries"]:
        # avro does not tell the type of a union's branch; the fields do.
        if "payload" in entry:
            print("packet track=%d%s seq=%d ts=%d bytes=%d%s" % (
                entry["trackIndex"], ":" + entry["rid"] if entry["rid"] else "", entry["extendedSequence"],
                entry["extendedTimestamp"], len(entry["payload"]), " key" if entry["keyframeStart"] else ""))
        elif "packets" in entry:
            print("gap of %d packets: %s" % (entry["packets"], entry["reason"]))
        elif "tracks" in entry:
            print("tracks " + ", ".join(track["encodingName"] for track in entry["tracks"]))
        elif "reason" in entry:
            print("end of %s: %s" % (batch["streamId"], entry["reason"]))
            return True
    return False


consumer = Consumer({
    "bootstrap.servers": options.bootstrap,
    "group.id": "read-media-" + options.stream,
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
consumer.subscribe(["weir.media.v1"])
try:
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            if message.error().code() != KafkaError._PARTITION_EOF:
                sys.exit(str(message.error()))
            continue
        # The key is the stream: others need not be decoded.
        if message.key() == options.stream.encode() and print_batch(decode(message.value())) and options.until_end:
            break
finally:
    consumer.close()
