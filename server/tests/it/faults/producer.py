"""A device that speaks Kafka by kafka-python: it sends the records that it is told to, and says which are acknowledged.

    producer.py BOOTSTRAP lasting    sends each until it is acknowledged, once in the log: the log outlives the server
    producer.py BOOTSTRAP passing    sends each at most once: a log that begins anew does not know what the last one had

A line of input is a JSON object with number, topic, value and at, in milliseconds or null. A line of output is the number
of a record that was acknowledged. It ends when its input does and nothing is on its way any more.
"""

import json
import sys

from kafka import KafkaProducer
from kafka.errors import KafkaError

ALWAYS = {"acks": "all", "reconnect_backoff_max_ms": 200, "allow_auto_create_topics": False}
OF_LOG = {
    "lasting": {},
    "passing": {
        "enable_idempotence": False,
        "retries": 0,
        "request_timeout_ms": 2_000,
        "delivery_timeout_ms": 3_000,
        "max_block_ms": 3_000,
    },
}


def connect(bootstrap, log):
    while True:
        try:
            return KafkaProducer(bootstrap_servers=bootstrap.split(","), **ALWAYS, **OF_LOG[log])
        except KafkaError:
            continue


def send(bootstrap, log):
    producer = connect(bootstrap, log)
    for line in sys.stdin:
        record = json.loads(line)
        number = record["number"]
        try:
            sent = producer.send(record["topic"], value=record["value"].encode(), timestamp_ms=record["at"])
            sent.add_callback(lambda _, number=number: print(number, flush=True))
        except KafkaError:
            if log == "lasting":
                raise
    producer.flush()


send(*sys.argv[1:])
