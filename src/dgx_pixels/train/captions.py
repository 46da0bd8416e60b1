"""What people might type for a sprite: captions of recipes, in many words and orders. Knows no token."""

import random

from dgx_pixels.train.sprites.recipe import FEW_TONES, Recipe

COLOUR_WORDS: dict[str, tuple[str, ...]] = {
    "red": ("red", "red", "red", "scarlet", "crimson"),
    "maroon": ("maroon", "maroon", "dark red"),
    "sky blue": ("sky blue", "sky blue", "light blue", "azure"),
    "navy": ("navy", "navy", "dark blue", "navy blue"),
    "dark green": ("dark green", "dark green", "forest green"),
    "lime": ("lime", "lime", "light green", "lime green"),
    "purple": ("purple", "purple", "violet"),
    "magenta": ("magenta", "magenta", "fuchsia"),
    "cyan": ("cyan", "cyan", "aqua"),
    "tan": ("tan", "tan", "beige"),
    "grey": ("grey", "gray"),
    "teal": ("teal", "teal", "turquoise"),
}
MATERIAL_WORDS: dict[str, tuple[str, ...]] = {
    "wood": ("wooden", "wood"),
    "gold": ("golden", "gold"),
    "iron": ("iron", "steel"),
    "bone": ("bone", "ivory"),
    "ice": ("ice", "icy"),
}
ADJECTIVES: dict[str, tuple[str, ...]] = {
    "glowing": ("glowing", "shining", "radiant"),
    "cracked": ("cracked", "broken", "damaged"),
    "tall": ("tall", "slim", "narrow"),
    "sparkling": ("sparkling", "glittering", "shiny"),
    "small": ("small", "tiny", "little"),
    "mossy": ("mossy", "overgrown", "moss-covered"),
    "burning": ("burning", "flaming", "fiery"),
    "frozen": ("frozen", "frosty", "snowy"),
}
LEADS = (
    "a {}",
    "{}",
    "a {}",
    "pixel art of a {}",
    "16-bit sprite of a {}",
    "pixel art {}",
    "a sprite of a {}",
)
TAILS = ("", "", "", ", pixel art", ", 16-bit sprite", " sprite", " icon", ", game asset", ", rpg item")
FILLERS = (
    "cute",
    "fantasy",
    "simple",
    "detailed",
    "beautiful",
    "old",
    "magic",
    "retro",
    "cool",
    "video game",
)
VIEW_WORDS = {"front": "front view", "side": "side view", "top-down": "top-down view"}


def caption(recipe: Recipe, rng: random.Random) -> str:
    """A caption that says what the recipe's sprite shows, and leaves unsaid only what is usual."""
    words = _adjectives(recipe, rng)
    if rng.random() < 0.1:
        words.insert(0, rng.choice(FILLERS))
    rng.shuffle(words)
    # Colour and material stand next to the noun more often than not.
    words += _traits(recipe, rng)
    if rng.random() < 0.1:
        rng.shuffle(words)
    noun = rng.choice((recipe.kind.name, recipe.kind.name, *recipe.kind.also))
    phrase = " ".join([*words, noun])
    if rng.random() < 0.06 and recipe.colour and not recipe.material:
        phrase = " ".join([*_adjectives(recipe, rng), noun, "in", _word(COLOUR_WORDS, recipe.colour, rng)])
    if "with wings" in recipe.attributes:
        phrase += rng.choice((" with wings", " with wings", ", winged"))
    if recipe.second:
        phrase += f" with {_word(COLOUR_WORDS, recipe.second, rng)}{rng.choice(('', ' details', ' trim'))}"
    extras = _extras(recipe, rng)
    lead = rng.choice(LEADS)
    if lead.endswith("a {}") and phrase[0] in "aeiou":
        lead = lead.replace("a {}", "an {}")
    return lead.format(phrase) + rng.choice(TAILS) + "".join(f", {e}" for e in extras)


def plain_caption(recipe: Recipe) -> str:
    """The shortest prompt for a recipe's colour, material and kind: what the evaluation asks."""
    traits = [
        recipe.colour,
        MATERIAL_WORDS.get(recipe.material, (recipe.material,))[0] if recipe.material else None,
    ]
    return "a " + " ".join([*(t for t in traits if t), recipe.kind.name])


def _word(table: dict[str, tuple[str, ...]], name: str, rng: random.Random) -> str:
    return rng.choice(table.get(name, (name,)))


def _adjectives(recipe: Recipe, rng: random.Random) -> list[str]:
    return [rng.choice(ADJECTIVES[a]) for a in recipe.attributes if a in ADJECTIVES]


def _traits(recipe: Recipe, rng: random.Random) -> list[str]:
    words: list[str] = []
    if recipe.colour:
        words.append(_word(COLOUR_WORDS, recipe.colour, rng))
    if recipe.material:
        words.append(_word(MATERIAL_WORDS, recipe.material, rng))
    return words


def _extras(recipe: Recipe, rng: random.Random) -> list[str]:
    extras: list[str] = []
    if recipe.palette is not None:
        name = recipe.palette
        extras.append(rng.choice((name, f"{name} palette", f"{name} colors", f"in {name} style")))
        if name in FEW_TONES and name != "black and white" and rng.random() < 0.2:
            extras.append("4 colours")
    if recipe.outline == "none" and not recipe.kind.tile and rng.random() < 0.9:
        extras.append(rng.choice(("no outline", "without outline", "outline-less")))
    if recipe.outline == "black":
        extras.append(rng.choice(("black outline", "thick outline", "bold outline")))
    if recipe.light != "left" and rng.random() < 0.6:
        extras.append({"right": "lit from the right", "top": "lit from above"}[recipe.light])
    if len(recipe.kind.views) > 1 and (recipe.view != recipe.kind.views[0] or rng.random() < 0.3):
        extras.append(VIEW_WORDS[recipe.view])
    if rng.random() < 0.08:
        extras.append(rng.choice((f"{recipe.size}x{recipe.size}", f"{recipe.size} px")))
    rng.shuffle(extras)
    return extras
