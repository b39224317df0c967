"""The private parts of Faust's driver that the transport overrides are those it was made for."""

import importlib.metadata
import inspect

import pytest
from faust.transport.drivers import aiokafka as driver

from services.risk import transport


def test_the_libraries_are_the_ones_it_was_made_for() -> None:
    assert importlib.metadata.version("faust-streaming") == "0.15.3"
    assert importlib.metadata.version("aiokafka") == "0.14.0"


@pytest.mark.parametrize("name", sorted(transport.OVERRIDDEN))
def test_an_overridden_part_has_the_parameters_it_had(name: str) -> None:
    owner, _, method = name.partition(".")
    signature = inspect.signature(getattr(getattr(driver, owner), method))

    bare = signature.replace(
        parameters=[each.replace(annotation=inspect.Parameter.empty) for each in signature.parameters.values()],
        return_annotation=inspect.Signature.empty,
    )

    assert str(bare) == transport.OVERRIDDEN[name]


def test_every_override_is_listed() -> None:
    ours = {
        f"{owner.__name__ if owner is transport.Consumer else 'AIOKafkaConsumerThread'}.{name}"
        for owner in (transport.Consumer, transport.Thread)
        for name, member in vars(owner).items()
        if inspect.isfunction(member) and name != "__init__" and hasattr(owner.__mro__[1], name)
    }

    assert ours <= transport.OVERRIDDEN.keys()


def test_kafka_addresses_mean_this_transport() -> None:
    transport.install()

    assert driver.Transport is not transport.Transport
    from faust.transport import drivers

    assert drivers.by_url("kafka://127.0.0.1:1") is transport.Transport
