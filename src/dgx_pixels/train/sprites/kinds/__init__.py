"""Every kind the drawer knows, one file a category. To add one, append it to its file's ``KINDS``."""

from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import (
    animals,
    armour,
    buildings,
    characters,
    effects,
    food,
    furniture,
    icons,
    monsters,
    plants,
    potions,
    terrain,
    tools,
    treasure,
    vehicles,
    weapons,
)

KINDS: tuple[Kind, ...] = (
    *weapons.KINDS,
    *armour.KINDS,
    *tools.KINDS,
    *treasure.KINDS,
    *icons.KINDS,
    *effects.KINDS,
    *food.KINDS,
    *potions.KINDS,
    *plants.KINDS,
    *terrain.KINDS,
    *vehicles.KINDS,
    *animals.KINDS,
    *monsters.KINDS,
    *characters.KINDS,
    *buildings.KINDS,
    *furniture.KINDS,
)
