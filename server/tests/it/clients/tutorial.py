"""What the tutorial's programs do with kafka-python: its producers' records, and its consumers' way to read.

    tutorial.py produce BOOTSTRAP ORDERS PAGE_VIEWS
    tutorial.py consume BOOTSTRAP TOPIC RECORDS      prints the four fields, or the whole value, as one line each
"""

import json
import sys

from kafka import KafkaConsumer, KafkaProducer

GIVE_UP_AFTER_MS = 30_000
FIELDS = ("order_id", "order_amount", "order_total_price", "is_paid")


def produce(bootstrap, orders, page_views):
    producer = KafkaProducer(bootstrap_servers=[bootstrap])
    for number in range(1, int(orders) + 1):
        order = {"order_id": number, "order_amount": 3, "order_total_price": 45.5, "is_paid": number % 2 == 0}
        producer.send("new_orders", value=json.dumps(order).encode())
    for _ in range(int(page_views)):
        producer.send("web_requests", value="1".encode())
    producer.flush()


def consume(bootstrap, topic, records):
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=[bootstrap],
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        group_id="tutorial",
        consumer_timeout_ms=GIVE_UP_AFTER_MS,
    )
    for _, record in zip(range(int(records)), consumer):
        value = json.loads(record.value.decode())
        print(json.dumps({name: value[name] for name in FIELDS} if topic == "new_orders" else value))
    consumer.close()


{"produce": produce, "consume": consume}[sys.argv[1]](*sys.argv[2:])
