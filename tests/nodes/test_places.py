"""Names of saved files: counters, tokens, folders that nothing leads out of, files that are whole or not there."""

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dgx_pixels.core.errors import StorageError, UsageError
from dgx_pixels.nodes.places import Places, largest_number, with_tokens


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "out").mkdir()
    (tmp_path / "temp").mkdir()
    return tmp_path / "out", tmp_path / "temp"


@pytest.fixture
def places(roots) -> Places:
    return Places(*roots)


def names(reserved) -> list[str]:
    return [place.filename for place in reserved]


def test_numbers_begin_at_one_and_take_a_step_for_each_file(places, roots):
    reserved = places.reserve("ComfyUI", count=3)
    assert names(reserved) == ["ComfyUI_00001_.png", "ComfyUI_00002_.png", "ComfyUI_00003_.png"]
    assert reserved[0].ui() == {"filename": "ComfyUI_00001_.png", "subfolder": "", "type": "output"}
    assert names(places.reserve("ComfyUI")) == ["ComfyUI_00004_.png"]


def test_numbers_go_on_after_the_largest_whatever_comes_behind_it(places, roots):
    for name in ("cnt_00007_.png", "cnt_00041_foo.png", "cnt_x_.png", "other_00099_.png", "cnt_00050.png"):
        (roots[0] / name).touch()
    assert names(places.reserve("cnt")) == ["cnt_00042_.png"]


def test_files_of_others_between_two_runs_are_seen(places, roots):
    places.reserve("cnt")[0].write(b"x")
    (roots[0] / "cnt_00041_foo.png").touch()
    assert names(places.reserve("cnt")) == ["cnt_00042_.png"]


def test_a_name_is_never_given_twice_even_before_the_file_is_there(places):
    assert len({*names(places.reserve("a", count=5)), *names(places.reserve("a", count=5))}) == 10


def test_a_name_that_is_taken_is_passed_over(places, roots):
    (roots[0] / "a_00001_.png").mkdir()
    assert names(places.reserve("a")) == ["a_00002_.png"]


def test_batch_numbers_are_of_the_file_and_not_of_the_counter(places, roots):
    reserved = places.reserve("a%batch_num%b", count=2)
    assert names(reserved) == ["a0b_00001_.png", "a1b_00002_.png"]
    for place in reserved:
        place.write(b"x")
    assert names(Places(*roots).reserve("a%batch_num%b", count=1)) == ["a0b_00003_.png"]


def test_tokens_are_sizes_and_the_local_time():
    assert with_tokens("%width%x%height%", 640, 32) == "640x32"
    assert with_tokens("%unknown% 100%", 1, 1) == "%unknown% 100%"
    filled = with_tokens("%year%-%month%-%day% %hour%:%minute%:%second%", 1, 1)
    assert len(filled) == len("2025-01-02 03:04:05")


def test_a_path_makes_folders(places, roots):
    (place,) = places.reserve("sprites/potions/red")
    place.write(b"whole")
    assert (place.subfolder, place.filename) == ("sprites/potions", "red_00001_.png")
    assert (roots[0] / "sprites/potions/red_00001_.png").read_bytes() == b"whole"


def test_previews_lie_in_their_own_folder(places, roots):
    (place,) = places.reserve("a", "temp")
    place.write(b"look")
    assert place.ui()["type"] == "temp"
    assert [p.name for p in roots[1].iterdir()] == ["a_00001_.png"]
    assert not list(roots[0].iterdir())


def test_a_file_is_seen_when_it_is_whole(places, roots):
    (place,) = places.reserve("a")
    place.path.write_bytes(b"half")
    assert not (roots[0] / place.filename).exists()
    place.finish()
    assert [p.name for p in roots[0].iterdir()] == [place.filename]


def test_nothing_is_written_over(places, roots):
    (place,) = places.reserve("a")
    (roots[0] / place.filename).write_bytes(b"precious")
    with pytest.raises(StorageError, match="another program"):
        place.write(b"new")
    assert (roots[0] / place.filename).read_bytes() == b"precious"


@pytest.mark.parametrize(
    "prefix",
    ["../x", "a/../../x", "/etc/x", "link/x", "nested/link/x", "a/../link/x", "loop/x", "../../../../tmp/x", "..\0"],
)
def test_prefixes_that_lead_out_are_refused(places, roots, prefix):
    outside = roots[0].parent / "outside"
    outside.mkdir()
    (roots[0] / "link").symlink_to(outside)
    (roots[0] / "nested").mkdir()
    (roots[0] / "nested" / "link").symlink_to("../../outside", target_is_directory=True)
    (roots[0] / "loop").symlink_to("loop")
    with pytest.raises(UsageError):
        places.reserve(prefix)
    assert not list(outside.iterdir())


def test_the_sentence_of_a_prefix_that_leads_out_is_the_one_clients_know(places):
    with pytest.raises(UsageError, match="Saving image outside the output folder is not allowed"):
        places.reserve("../../x")


def test_names_too_long_for_a_file_are_refused(places):
    with pytest.raises(UsageError, match="too long"):
        places.reserve("x" * 300)


@given(st.text(min_size=1, max_size=40))
def test_whatever_the_prefix_files_stay_inside(tmp_path_factory, prefix):
    root = tmp_path_factory.mktemp("places")
    inside = root / "out"
    inside.mkdir()
    try:
        (place,) = Places(inside, root / "temp").reserve(prefix)
        place.write(b"x")
    except (UsageError, StorageError):
        assert [p.name for p in root.iterdir()] == ["out"]
        return
    assert [p.name for p in root.iterdir()] == ["out"]
    assert (inside / place.subfolder / place.filename).read_bytes() == b"x"


@given(st.lists(st.integers(0, 10**6)), st.text("ab_%", min_size=1, max_size=5))
def test_the_largest_number_is_found_whatever_the_prefix(numbers, name):
    files = [f"{name}_{number:05}_.png" for number in numbers] + ["noise", f"{name}_", f"{name}_zzz_1"]
    assert largest_number(files, name) == max(numbers, default=0)


def test_staged_outputs_wait_for_their_names(roots):
    heard: list = []
    staging = roots[0] / ".staging"
    places = Places(*roots, staging=staging, on_staged=lambda place, path: heard.append((place, path)))
    first, second = places.reserve("deep/a", count=2)
    first.write(b"1")
    assert [(p.filename, path.read_bytes()) for p, path in heard] == [("a_00001_.png", b"1")]
    assert first.path.parent == staging
    assert not (roots[0] / "deep").exists()
    assert second.path.suffix == ".png"
    assert names(places.reserve("deep/a")) == ["a_00003_.png"]
    (preview,) = places.reserve("p", "temp")
    preview.write(b"2")
    assert (roots[1] / preview.filename).read_bytes() == b"2"
    assert len(heard) == 1


def test_nobody_writes_among_the_staged_files(roots):
    places = Places(*roots, staging=roots[0] / ".staging")
    for prefix in (".staging/x", "a/../.staging/x", ".staging/deep/x"):
        with pytest.raises(UsageError, match="unfinished"):
            places.reserve(prefix)
    assert names(places.reserve(".staging")) == [".staging_00001_.png"]


def test_a_full_disk_leaves_nothing(places, roots):
    (place,) = places.reserve("a")
    place.path.parent.joinpath(place.path.name).symlink_to("/dev/full")
    with pytest.raises(StorageError, match="cannot be written"):
        place.write(b"x")
    assert not list(roots[0].iterdir())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said(places, roots):
    roots[0].chmod(0o500)
    try:
        with pytest.raises(StorageError):
            places.reserve("sub/a")[0].write(b"x")
    finally:
        roots[0].chmod(0o700)


def test_threads_get_names_of_their_own(places):
    got: list[str] = []

    def work():
        for _ in range(50):
            got.extend(names(places.reserve("a", count=2)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(got)) == len(got) == 400
