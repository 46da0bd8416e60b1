"""Row 19: pictures cannot exhaust the server, and while they are decoded it answers (row 13)."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from bombs import bombs
from served import Client, InProcess, Process, hours, scaled

from dgx_pixels.core.errors import BusyError, ImageError
from dgx_pixels.core.limits import MAX_IMAGE_SIDE
from dgx_pixels.server.decoding.pool import DecodePool

BOMBS = dict(bombs())


def test_there_are_enough_bombs() -> None:
    assert len(BOMBS) >= 40


def test_no_bomb_hurts_the_server(process) -> None:
    """All bombs, in every conversion, while another client asks how the server is every few milliseconds."""
    server: Process = process("--disable-all-custom-nodes")
    folder = server.home / "output"
    for number, body in enumerate(BOMBS.values()):
        (folder / f"{number}.png").write_bytes(body)
    before = server.memory()
    over = False

    def probe() -> list[float]:
        client, waits = Client(server.port), []
        while not over:
            began = time.perf_counter()
            assert client.get("/system_stats").status == 200
            waits.append(time.perf_counter() - began)
            time.sleep(0.01)
        client.close()
        return waits

    def attack(number: int) -> list[int]:
        client = Client(server.port, timeout=60)
        kinds = ("preview=webp", "preview=jpeg;90", "channel=rgb", "channel=a")
        kind = kinds if hours() else kinds[number % 4 : number % 4 + 1]
        statuses = [client.get(f"/view?filename={number}.png&{each}").status for each in kind]
        client.close()
        return statuses

    with ThreadPoolExecutor(5) as pool:
        probing = pool.submit(probe)
        statuses = [status for each in pool.map(attack, range(len(BOMBS))) for status in each]
        over = True
        waits = sorted(probing.result())
    assert set(statuses) <= {200, 422}
    assert statuses.count(422) > len(BOMBS) // 2
    assert waits[-1] < 1.0
    assert waits[int(len(waits) * 0.99)] < 0.25
    assert server.memory("VmHWM") - before < 64 * 1024
    assert server.client.get("/view?filename=0.png").status == 200


async def test_the_177_megapixel_png_is_refused_at_once(tmp_path) -> None:
    """It froze ComfyUI for 8.6 s."""
    path = tmp_path / "bomb.png"
    path.write_bytes(BOMBS["png 177 Mpx with data"])
    pool = DecodePool()
    with path.open("rb") as file, pytest.raises(ImageError, match="13300x13300 pixels"):
        await pool.run("encode", [file.fileno()], form="webp", quality=90, rgb=False)
    pool.close()


async def test_a_process_that_dies_is_replaced(tmp_path, png: bytes) -> None:
    pool = DecodePool()
    (tmp_path / "ok.png").write_bytes(png)
    (tmp_path / "slow.png").write_bytes(BOMBS["png of 16 bits"])
    with (tmp_path / "ok.png").open("rb") as ok, (tmp_path / "slow.png").open("rb") as slow:
        for _ in range(3):  # of something else than a picture
            assert await pool.run("only_alpha", [ok.fileno()])
            _kill(pool._all)
        decoding = asyncio.create_task(pool.run("drop_alpha", [slow.fileno()]))
        while not any(w._process and w._process.poll() is None for w in pool._all):  # noqa: ASYNC110 - a thread does
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        _kill(pool._all)
        with pytest.raises(ImageError, match="more time or memory"):
            await decoding
        assert await pool.run("only_alpha", [ok.fileno()])
    pool.close()


def _kill(workers: list) -> None:
    for worker in workers:
        if worker._process is not None:
            worker._process.kill()


async def test_too_many_at_once_are_told_to_wait(tmp_path, png: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dgx_pixels.server.decoding.pool.MAX_DECODES_WAITING", 0)
    pool = DecodePool()
    (tmp_path / "ok.png").write_bytes(png)
    with (tmp_path / "ok.png").open("rb") as file, pytest.raises(BusyError):
        await pool.run("only_alpha", [file.fileno()])
    pool.close()


async def test_the_longest_side_is_read(tmp_path) -> None:
    from PIL import Image

    path = tmp_path / "long.png"
    Image.new("L", (MAX_IMAGE_SIDE, 2)).save(path)
    pool = DecodePool()
    with path.open("rb") as file:
        assert (await pool.run("drop_alpha", [file.fileno()])).startswith(b"\x89PNG")
    pool.close()


def test_damaged_pictures(server: InProcess, png: bytes) -> None:
    """Bytes changed at random: the answer is a picture or 422, and the processes live on."""
    from PIL import Image

    draw = random.Random(19)
    for form in ("PNG", "JPEG", "WEBP", "GIF"):
        path = server.settings.outputs / f"whole.{form.lower()}"
        Image.effect_noise((48, 48), 80).convert("RGB").save(path, format=form)
        whole = path.read_bytes()
        for number in range(scaled(40, 250_000, 50_000)):
            broken = bytearray(whole)
            for _ in range(draw.randint(1, 8)):
                broken[draw.randrange(len(broken))] = draw.randrange(256)
            if number % 5 == 0:
                del broken[draw.randrange(len(broken)) :]
            (server.settings.outputs / "broken.png").write_bytes(broken)
            kind = draw.choice(("preview=webp;30", "preview=jpeg", "channel=a", "channel=rgb"))
            assert server.client.get(f"/view?filename=broken.png&{kind}").status in {200, 422}
