"""The whole catalogue: every row of the contract sheet is there, declared as the sheet has it, and nothing twice."""

import json
from collections import Counter

import contract
import pytest

from dgx_pixels.nodes.catalogue import NODES, build_registry

MINE = ("Loading", "Text and conditioning", "Latents")
REGISTRY = build_registry(contract.Names())


@contract.needed
@pytest.mark.parametrize("name", [name for section in MINE for name in contract.names(section)])
def test_row(name):
    contract.check(REGISTRY.classes[name])


def test_no_name_is_taken_twice():
    assert [name for name, count in Counter(node.name for node in NODES).items() if count > 1] == []


@contract.needed
def test_every_row_of_the_sheet_is_there():
    wanted = {name for section in contract.rows() for name in contract.names(section)}
    assert wanted - set(REGISTRY.classes) == set()


@pytest.mark.parametrize("name", sorted(REGISTRY.classes))
def test_declarations_are_json_and_methods_exist(name):
    cls = REGISTRY.classes[name]
    json.dumps(cls.INPUT_TYPES())
    assert callable(getattr(cls, cls.FUNCTION))
    assert len(cls.RETURN_TYPES) == len(cls.RETURN_NAMES) == len(cls.OUTPUT_IS_LIST)
    assert cls.PYTHON_MODULE.startswith(("nodes", "comfy_extras.nodes_", "dgx_pixels"))


def test_titles_are_those_of_the_nodes():
    assert REGISTRY.titles["VAEDecode"] == REGISTRY.classes["VAEDecode"].DISPLAY_NAME == "VAE Decode"
    assert "KSampler" not in REGISTRY.titles
