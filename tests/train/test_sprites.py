"""The drawer: every kind draws itself at every size, in its colour, the same pixels for the same recipe."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from dgx_pixels.core.limits import SPRITE_SIZES
from dgx_pixels.pixel.oklab import srgb_to_oklab
from dgx_pixels.train.captions import caption, plain_caption
from dgx_pixels.train.sprites.kind import Kind
from dgx_pixels.train.sprites.kinds import KINDS
from dgx_pixels.train.sprites.paint import COLOURS, EXTRAS, MATERIALS, PALETTES, paint
from dgx_pixels.train.sprites.recipe import Recipe, held_out, random_recipe, render


def test_a_games_worth_of_kinds() -> None:
    assert len(KINDS) >= 150
    assert len({k.category for k in KINDS}) >= 12


def test_no_word_means_two_kinds() -> None:
    words = Counter(word for k in KINDS for word in {k.name, *k.also})
    assert [w for w, n in words.items() if n > 1] == []
    assert all(len(w) > 1 for w in words)


def test_paints_are_known() -> None:
    names = COLOURS.keys() | MATERIALS.keys() | EXTRAS.keys()
    assert [k.name for k in KINDS if not set(k.natural) <= names] == []
    assert [k.name for k in KINDS if not set(k.materials) <= MATERIALS.keys()] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_every_kind_draws_itself(kind: Kind) -> None:
    for size in SPRITE_SIZES:
        sprite = render(Recipe(kind, size, seed=size, colour="blue", outline="none" if kind.tile else "dark"))
        assert sprite.shape == (size, size, 4)
        assert sprite.dtype == np.uint8
        assert set(np.unique(sprite[..., 3])) <= {0, 255}
        share = (sprite[..., 3] > 0).mean()
        assert share == 1 if kind.tile else 0.05 < share < 1


def test_the_same_recipe_gives_the_same_pixels_and_another_seed_others() -> None:
    for kind in KINDS[::10]:
        a, b = Recipe(kind, 32, 7, colour="red"), Recipe(kind, 32, 7, colour="red")
        assert np.array_equal(render(a), render(b))
    others = sum(not np.array_equal(render(Recipe(k, 32, 1)), render(Recipe(k, 32, 2))) for k in KINDS)
    assert others > 0.95 * len(KINDS)


def test_a_named_colour_is_what_most_of_a_sprite_shows() -> None:
    """Averaged over kinds, green sprites lie on the green side of red ones by a wide margin."""

    def tint(kind: Kind, colour: str) -> float:
        sprite = render(Recipe(kind, 32, 3, colour=colour, outline="none"))
        return float(srgb_to_oklab(sprite[sprite[..., 3] > 0][:, :3])[:, 1].mean())

    right = [tint(k, "green") + 0.03 < tint(k, "red") for k in KINDS]
    assert [k.name for k, ok in zip(KINDS, right, strict=True) if not ok] == []


def test_training_never_sees_a_held_out_pair() -> None:
    rng = random.Random(0)
    recipes = [random_recipe(rng, 16) for _ in range(3000)]
    assert not [r for r in recipes if r.colour and held_out(r.kind.name, r.colour)]
    assert not [r for r in recipes if r.material and held_out(r.kind.name, r.material)]
    share = np.mean([held_out(k.name, c) for k in KINDS for c in COLOURS])
    assert 0.03 < share < 0.07


def test_few_tones_palettes_leave_only_their_colours() -> None:
    for name, palette in PALETTES.items():
        sprite = render(Recipe(KINDS[0], 32, 5, palette=name))
        used = {tuple(c) for c in sprite[sprite[..., 3] > 0][:, :3]}
        assert used <= {tuple(c) for c in palette}


def test_a_ramp_rises_in_lightness() -> None:
    for name in (*COLOURS, *MATERIALS, *EXTRAS):
        lightness = srgb_to_oklab(paint(name).tones)[:, 0]
        assert (np.diff(lightness) >= -0.005).all(), name


def test_captions_name_what_is_there() -> None:
    rng = random.Random(4)
    for _ in range(300):
        recipe = random_recipe(rng, 32)
        text = caption(recipe, rng)
        assert any(word in text for word in (recipe.kind.name, *recipe.kind.also))
        assert text == text.strip()
        assert "{}" not in text
        assert "  " not in text


def test_plain_captions() -> None:
    assert plain_caption(Recipe(KINDS[0], 32, 0, colour="red")) == f"a red {KINDS[0].name}"
    assert plain_caption(Recipe(KINDS[0], 32, 0, colour="red", material="wood")) == f"a red wooden {KINDS[0].name}"


def test_the_list_of_unseen_pairs_is_what_training_leaves_out() -> None:
    listed = (Path(__file__).parents[2] / "docs" / "pocket-unseen.txt").read_text("utf-8").splitlines()
    traits = {k.name: [t for t in (*COLOURS, *k.materials) if held_out(k.name, t)] for k in KINDS}
    assert listed == [f"{name}: {', '.join(unseen)}" for name, unseen in traits.items() if unseen]
