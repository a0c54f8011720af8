"""The product with two full workspaces, built once for each module that asks for it."""

from collections.abc import AsyncIterator

import pytest

from parley.kit.postgres import EmbeddedPostgres
from tests.robust.world import Place, World, furnish, open_world


@pytest.fixture(scope="module")
async def world(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The product."""
    async with open_world(postgres, tmp_path_factory.mktemp("isolation")) as made:
        yield made


@pytest.fixture(scope="module")
async def ours(world: World) -> AsyncIterator[Place]:
    """The workspace from which the attempts come."""
    place = await furnish(world, "Alpha")
    yield place
    await place.close()


@pytest.fixture(scope="module")
async def theirs(world: World, ours: Place) -> AsyncIterator[Place]:
    """The workspace that is to stay closed."""
    place = await furnish(world, "Beta")
    yield place
    await place.close()
