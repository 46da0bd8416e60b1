"""The nodes of model patches, merges and savers as clients see them: every row of the contract sheet."""

import contract
import pytest

from dgx_pixels.nodes import merging, patches_guidance, patches_network, patches_training, saving
from dgx_pixels.nodes.declare import node_class

NODES = (
    *patches_training.NODES,
    *patches_guidance.NODES,
    *patches_network.NODES,
    *merging.NODES,
    *saving.NODES,
)
CLASSES = {node.name: node_class(node, contract.Names()) for node in NODES}
SECTION = "Model patches"


@contract.needed
@pytest.mark.parametrize("name", contract.names(SECTION))
def test_row(name):
    contract.check_as(name, CLASSES[name])


@contract.needed
def test_nothing_beyond_the_rows():
    assert set(CLASSES) == set(contract.names(SECTION))


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_methods_have_the_names_that_packs_call(cls):
    names = {"comfy_extras.nodes_model_merging": {"merge", "save"}}
    expected = {"execute"} if cls.V3 else names.get(cls.PYTHON_MODULE, {"patch", "merge"})
    assert cls.FUNCTION in expected
