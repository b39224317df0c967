"""The real servers that every other component test stands on."""

import asyncio
import pathlib

import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import deploy.topics
from deploy.local import servers as local_servers
from shared import topics as register
from shared.topics import Topics
from tests.support.servers import Servers


async def test_a_test_gets_a_database_and_a_vault_of_its_own(database_url: str, vault_url: str) -> None:
    with psycopg.connect(database_url) as connection, psycopg.connect(vault_url) as other:
        connection.execute("create table here (id int)")

        assert connection.execute("select count(*) from pg_tables where tablename = 'here'").fetchone() == (1,)
        assert other.execute("select count(*) from pg_tables where tablename = 'here'").fetchone() == (0,)


async def test_the_topic_set_is_exactly_the_register(servers: Servers, topics: Topics) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap)
    await admin.start()
    try:
        found = {
            t["topic"]: len(t["partitions"])
            for t in await admin.describe_topics()
            if t["topic"].startswith(topics.prefix)
        }
    finally:
        await admin.close()

    assert found == {topics.name(topic.name): topic.partitions for topic in register.TOPICS}


async def test_creating_the_topics_again_changes_nothing(servers: Servers, topics: Topics) -> None:
    assert await deploy.topics.create(servers.kafka_bootstrap, topics.prefix) == []


async def test_a_topic_with_other_partitions_is_refused(servers: Servers, topics: Topics) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(f"{topics.prefix}other-ledger", 3, 1)])
    finally:
        await admin.close()

    with pytest.raises(deploy.topics.TopicsDiffer, match="3 partitions, not 12"):
        await deploy.topics.create(servers.kafka_bootstrap, f"{topics.prefix}other-")


async def test_the_unprefixed_set_is_never_deleted(servers: Servers) -> None:
    with pytest.raises(ValueError, match="unprefixed"):
        await deploy.topics.delete(servers.kafka_bootstrap, "")


async def test_killed_servers_come_back_with_their_data(tmp_path: pathlib.Path) -> None:
    running = await asyncio.to_thread(local_servers.start, tmp_path)
    try:
        await deploy.topics.create(running.kafka.address, "kept-")
        producer = AIOKafkaProducer(bootstrap_servers=running.kafka.address, acks="all", enable_idempotence=True)
        await producer.start()
        await producer.send_and_wait("kept-places", b"a policy")
        await producer.stop()
        with psycopg.connect(running.postgres.address) as connection:
            connection.execute("create table kept as select 7 as id")

        for server in (running.kafka, running.postgres):
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

        consumer = AIOKafkaConsumer(
            "kept-places", bootstrap_servers=running.kafka.address, auto_offset_reset="earliest"
        )
        await consumer.start()
        record = await asyncio.wait_for(consumer.getone(), 30)
        await consumer.stop()
        assert record.value == b"a policy"
        with psycopg.connect(running.postgres.address) as connection:
            assert connection.execute("select id from kept").fetchone() == (7,)
    finally:
        await asyncio.to_thread(running.stop)
