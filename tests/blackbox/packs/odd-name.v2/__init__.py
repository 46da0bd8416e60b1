"""A pack whose folder is no Python name, with a module of its own, and a table of names that packs import."""

import importlib

from .inside import LATER, WORD


class OddWord:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/odd"

    def run(self):
        from .later import LATE

        return (f"{WORD} {LATE}",)


class OddImports:
    """Which of some names ("module name name", one module a line) cannot be imported."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"table": ("STRING", {"multiline": True})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "exam/odd"

    def run(self, table):
        missing = []
        for line in table.splitlines():
            name, *attributes = line.split()
            try:
                module = importlib.import_module(name)
            except Exception as error:  # noqa: BLE001 - told to whoever asked
                missing.append(f"{name}: {error!r}")
                continue
            for attribute in attributes:
                found = module
                for part in attribute.split("."):
                    found = getattr(found, part, missing)
                if found is missing:
                    missing.append(f"{name}.{attribute}")
        return ("\n".join(missing),)


async def later_entrypoint():
    return LATER


NODE_CLASS_MAPPINGS = {"OddWord": OddWord, "OddImports": OddImports}
