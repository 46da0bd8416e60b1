"""The sampling nodes as clients see them: every row of the contract sheet, and names by which node packs call."""

import contract
import pytest

from dgx_pixels.nodes import guiders, samplers, sampling, schedulers, sigmas
from dgx_pixels.nodes.declare import node_class

NODES = (*sampling.NODES, *schedulers.NODES, *samplers.NODES, *sigmas.NODES, *guiders.NODES)
CLASSES = {node.name: node_class(node, contract.Names()) for node in NODES}


@contract.needed
@pytest.mark.parametrize("name", contract.names("Sampling"))
def test_row(name):
    contract.check(CLASSES[name])


@contract.needed
def test_nothing_beyond_the_rows():
    assert set(CLASSES) == set(contract.names("Sampling"))
