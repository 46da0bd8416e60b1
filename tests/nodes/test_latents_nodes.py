"""Nodes of latents, on real tensors."""

import pytest
import torch
from contract import Names
from surroundings import Surroundings, surroundings

from dgx_pixels.core.errors import CheckpointError, ModelNotFoundError, UsageError
from dgx_pixels.core.settings import Settings
from dgx_pixels.engine.engine import Engine
from dgx_pixels.engine.imaging.scaling import scaled
from dgx_pixels.engine.loading import load_checkpoint
from dgx_pixels.engine.vae import Vae
from dgx_pixels.nodes import latents, latents_batches, latents_files, latents_math, latents_shapes, loading
from dgx_pixels.nodes.declare import node_class


def run(node, *args, **inputs):
    cls = node_class(node, Names())
    result = getattr(cls(), cls.FUNCTION)(*args, **inputs)
    return result[0] if len(result) == 1 else result


def latent(*shape, **more):
    return {"samples": torch.randn(*shape), **more}


@pytest.fixture(scope="module")
def vae(tiny_sdxl):
    return Vae(name="x", module=load_checkpoint(tiny_sdxl, "cpu", torch.float32).vae)


def test_empty_latents_are_zeros_of_the_pictures_size():
    empty = run(latents.empty_latent, width=520, height=256, batch_size=2)["samples"]
    assert (empty.shape, empty.dtype, empty.any().item()) == ((2, 4, 32, 65), torch.float32, False)
    assert run(latents.empty_latent, 64, 64)["samples"].shape == (1, 4, 8, 8)
    assert run(latents.empty_sd3_latent, width=64, height=32, batch_size=1)["samples"].shape == (1, 16, 4, 8)


def test_pictures_of_the_packaged_model_have_alpha(tmp_path):
    host = surroundings(tmp_path / "home")
    host.engine = Engine(Settings(home=tmp_path / "home", device="cpu"), files=host.files)
    _, _, vae = host.call(loading.load_checkpoint, "pocket.safetensors")
    picture = torch.rand(1, 32, 32, 4)
    encoded = host.call(latents.encode, pixels=picture, vae=vae)
    decoded = host.call(latents.decode, samples=encoded, vae=vae)
    assert (encoded["samples"].shape, decoded.shape) == ((1, 4, 4, 4), (1, 32, 32, 4))
    assert 0 <= decoded.min() <= decoded.max() <= 1


def test_decoding_and_encoding_take_inputs_in_the_order_of_packs(vae):
    z, pixels = latent(1, 4, 4, 4), torch.rand(1, 32, 32, 3)
    assert torch.equal(run(latents.decode, vae, z), vae.decode(z["samples"]))
    assert torch.equal(run(latents.encode, vae, pixels)["samples"], vae.encode(pixels))
    assert torch.equal(run(latents.decode, samples=z, vae=vae), vae.decode(z["samples"]))


def test_tiles_have_the_size_asked_for_and_a_quarter_of_overlap_at_most(vae):
    z, pixels = latent(1, 4, 16, 16), torch.rand(1, 128, 128, 3)
    decoded = run(latents.decode_tiled, vae, z, 64, 64)
    assert torch.equal(decoded, vae.decode_tiled(z["samples"], 8, 8, 2))
    encoded = run(latents.encode_tiled, vae, pixels, 64, 64)["samples"]
    assert torch.equal(encoded, vae.encode_tiled(pixels, 64, 64, 16))
    whole = run(latents.decode_tiled, samples=z, vae=vae, tile_size=512, overlap=64, temporal_size=64)
    assert torch.allclose(whole, vae.decode(z["samples"]), atol=1e-6)


def test_encoding_for_inpainting_greys_and_grows(vae):
    pixels, mask = torch.rand(1, 24, 24, 3), torch.zeros(24, 24)
    mask[8:16, 8:16] = 1
    result = run(latents.encode_for_inpainting, vae, pixels, mask, 3)
    grey = torch.where(mask[None, ..., None] > 0.5, 0.5, pixels)
    assert torch.allclose(result["samples"], vae.encode(grey), atol=1e-5)
    grown = torch.zeros(1, 1, 24, 24)
    grown[..., 7:17, 7:17] = 1
    assert torch.equal(result["noise_mask"], grown)
    grown[..., 6:19, 6:19] = 1  # an even box leans to the right
    assert torch.equal(run(latents.encode_for_inpainting, vae, pixels, mask, 6)["noise_mask"], grown)
    assert torch.equal(run(latents.encode_for_inpainting, vae, pixels, mask, 0)["noise_mask"][0, 0], mask)


def test_a_noise_mask_keeps_its_resolution():
    mask = torch.rand(64, 48)
    result = run(latents.set_noise_mask, samples=latent(1, 4, 8, 6, kept=1), mask=mask)
    assert torch.equal(result["noise_mask"], mask[None, None])
    assert result["kept"] == 1


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(128, 64, (8, 16)), (0, 64, (8, 12)), (96, 0, (8, 12)), (8, 8, (8, 8)), (0, 0, (4, 6)), (0, 8, (8, 12))],
)
def test_scaling_to_a_size_in_pixels(width, height, expected):
    z = latent(1, 4, 4, 6, kept=1)
    result = run(latents_shapes.upscale, z, "bislerp", width, height, "disabled")
    assert result["samples"].shape[-2:] == expected
    assert result["kept"] == 1
    if not width and not height:
        assert result is z


@pytest.mark.parametrize("method", ["nearest-exact", "bilinear", "area", "bicubic", "bislerp"])
def test_scaling_by_a_factor(method):
    z = latent(2, 4, 5, 6)
    result = run(latents_shapes.upscale_by, samples=z, upscale_method=method, scale_by=1.5)["samples"]
    assert torch.equal(result, scaled(z["samples"], 9, 8, method))


def test_pasting_a_latent():
    to, part = latent(1, 4, 8, 8), latent(1, 4, 4, 4)
    result = run(latents_shapes.composite, to, part, 16, 8)["samples"]
    expected = to["samples"].clone()
    expected[..., 1:5, 2:6] = part["samples"]
    assert torch.equal(result, expected)
    beyond = run(latents_shapes.composite, to, part, 48, 56)["samples"]
    assert torch.equal(beyond[..., 7:, 6:], part["samples"][..., :1, :2])
    assert torch.equal(run(latents_shapes.composite, to, part, 800, 0)["samples"], to["samples"])


def test_pasting_fades_towards_inner_borders_only():
    to, part = {"samples": torch.zeros(1, 4, 8, 8)}, {"samples": torch.ones(1, 4, 4, 8)}
    result = run(latents_shapes.composite, samples_to=to, samples_from=part, x=0, y=16, feather=16)["samples"]
    assert result[0, 0, :, 3].tolist() == [0, 0, 0.5, 1, 1, 0.5, 0, 0]
    assert result[0, 0, 3].tolist() == [1] * 8


def test_pasting_through_a_mask():
    to, part = latent(1, 4, 8, 8, kept=1), latent(1, 4, 8, 8)
    mask = torch.zeros(1, 64, 64)
    mask[:, :, 32:] = 1
    result = run(latents_shapes.composite_masked, to, part, 0, 0, False, mask)
    assert torch.equal(result["samples"][..., 4:], part["samples"][..., 4:])
    assert torch.equal(result["samples"][..., :4], to["samples"][..., :4])
    assert result["kept"] == 1


def test_cutting_leaves_eight_cells_at_least():
    z = latent(1, 4, 32, 32)
    cut = run(latents_shapes.crop_latent, z, 64, 128, 32, 16)["samples"]
    assert torch.equal(cut, z["samples"][..., 2:18, 4:12])
    assert run(latents_shapes.crop_latent, z, 512, 512, 8000, 8000)["samples"].shape == (1, 4, 8, 8)


def test_turning_is_clockwise_and_mirroring_names_its_axis():
    z = {"samples": torch.arange(4.0).reshape(1, 1, 2, 2)}
    turned = {r: run(latents_shapes.rotate, z, f"{r} degrees")["samples"].flatten().tolist() for r in (90, 180, 270)}
    assert turned == {90: [2, 0, 3, 1], 180: [3, 2, 1, 0], 270: [1, 3, 0, 2]}
    assert run(latents_shapes.rotate, z, "none")["samples"].flatten().tolist() == [0, 1, 2, 3]
    assert run(latents_shapes.flip, z, "x-axis: vertically")["samples"].flatten().tolist() == [2, 3, 0, 1]
    assert run(latents_shapes.flip, z, "y-axis: horizontally")["samples"].flatten().tolist() == [1, 0, 3, 2]


def test_items_taken_from_a_batch_keep_their_noise_and_mask():
    z = latent(4, 4, 8, 8, noise_mask=torch.rand(2, 1, 8, 8))
    result = run(latents_batches.from_batch, z, 1, 2)
    assert torch.equal(result["samples"], z["samples"][1:3])
    assert torch.equal(result["noise_mask"], z["noise_mask"][[1, 0]])
    assert result["batch_index"] == [1, 2]
    again = run(latents_batches.from_batch, result, 1, 60)
    assert (again["batch_index"], len(again["samples"])) == ([2], 1)
    last = run(latents_batches.from_batch, z, 60, 5)
    assert (last["batch_index"], len(last["samples"])) == ([3], 1)


def test_repeating_a_batch():
    z = latent(2, 4, 8, 8, batch_index=[3, 5], noise_mask=torch.rand(2, 1, 8, 8))
    result = run(latents_batches.repeat, z, 3)
    assert torch.equal(result["samples"], torch.cat([z["samples"]] * 3))
    assert result["batch_index"] == [3, 5, 6, 8, 9, 11]
    assert len(result["noise_mask"]) == 6
    assert "batch_index" not in run(latents_batches.repeat, latent(2, 4, 8, 8), 3)


def test_joining_batches_keeps_the_noise_of_each():
    a, b = latent(2, 4, 8, 8, kept=1), latent(1, 4, 4, 4, batch_index=[7])
    result = run(latents_batches.batch, samples1=a, samples2=b)
    assert result["samples"].shape == (3, 4, 8, 8)
    assert torch.equal(result["samples"][2:], scaled(b["samples"], 8, 8, "bilinear", "center"))
    assert (result["batch_index"], result["kept"]) == ([0, 1, 7], 1)


def test_seeds_of_a_batch():
    z = latent(3, 4, 8, 8, batch_index=[4, 5, 6])
    assert run(latents_batches.seed_behavior, samples=z, seed_behavior="fixed")["batch_index"] == [4, 4, 4]
    assert "batch_index" not in run(latents_batches.seed_behavior, samples=z, seed_behavior="random")
    assert run(latents_batches.seed_behavior, samples=latent(2, 4, 8, 8))["batch_index"] == [0, 0]


def test_rebatching_carries_masks_and_places():
    a, b = latent(3, 4, 8, 8), latent(2, 4, 8, 8, noise_mask=torch.rand(1, 1, 64, 64))
    other = latent(1, 4, 4, 4)
    result = run(latents_batches.rebatch, latents=[a, b, other], batch_size=[2])
    assert [len(part["samples"]) for part in result] == [2, 2, 1, 1]
    assert [part["batch_index"] for part in result] == [[0, 1], [2, 3], [4], [5]]
    assert torch.equal(torch.cat([part["samples"] for part in result[:3]]), torch.cat((a["samples"], b["samples"])))
    assert torch.equal(result[1]["noise_mask"], torch.cat((torch.ones(1, 1, 64, 64), b["noise_mask"])))
    assert "noise_mask" not in run(latents_batches.rebatch, latents=[a], batch_size=[9])[0]


def test_sums_differences_and_products():
    a, b = latent(2, 4, 8, 8), latent(1, 4, 4, 4)
    second = scaled(b["samples"], 8, 8, "bilinear", "center").repeat(2, 1, 1, 1)
    assert torch.equal(run(latents_math.add, samples1=a, samples2=b)["samples"], a["samples"] + second)
    assert torch.equal(run(latents_math.subtract, samples1=a, samples2=b)["samples"], a["samples"] - second)
    assert torch.equal(run(latents_math.multiply, samples=a, multiplier=-2.0)["samples"], a["samples"] * -2)
    mixed = run(latents_math.blend, samples1=a, samples2=a, blend_factor=0.25)["samples"]
    assert torch.allclose(mixed, a["samples"])


def test_interpolating_mixes_directions_and_lengths():
    a, b = {"samples": torch.zeros(1, 2, 1, 1)}, {"samples": torch.zeros(1, 2, 1, 1)}
    a["samples"][0, 0], b["samples"][0, 1] = 2.0, 4.0
    result = run(latents_math.interpolate, samples1=a, samples2=b, ratio=0.5)["samples"].flatten()
    assert torch.allclose(result, torch.tensor([0.5**0.5 * 3, 0.5**0.5 * 3]))
    assert torch.allclose(run(latents_math.interpolate, samples1=a, samples2=b, ratio=1.0)["samples"], a["samples"])
    zero = {"samples": torch.zeros(1, 2, 1, 1)}
    assert torch.isfinite(run(latents_math.interpolate, samples1=zero, samples2=b, ratio=0.5)["samples"]).all()


def test_joining_side_by_side():
    a, b = latent(2, 4, 8, 8), latent(1, 4, 8, 8)
    x = run(latents_math.concat, samples1=a, samples2=b, dim="x")["samples"]
    assert torch.equal(x, torch.cat((a["samples"], b["samples"].repeat(2, 1, 1, 1)), dim=3))
    y = run(latents_math.concat, samples1=a, samples2=b, dim="-y")["samples"]
    assert torch.equal(y[:, :, :8], b["samples"].repeat(2, 1, 1, 1))
    with pytest.raises(UsageError, match="there is no dim 'z'"):
        run(latents_math.concat, samples1=a, samples2=b, dim="z")


@pytest.mark.parametrize(
    ("index", "amount", "expected"),
    [(0, 3, (0, 3)), (6, 9, (6, 8)), (99, 9, (7, 8)), (-2, 1, (6, 7)), (-2, 9, (6, 8)), (-99, 2, (0, 2))],
)
def test_cutting_a_stretch(index, amount, expected):
    z = latent(1, 4, 8, 8)
    result = run(latents_math.cut, samples=z, dim="y", index=index, amount=amount)["samples"]
    assert torch.equal(result, z["samples"][:, :, slice(*expected)])


def test_operations_are_applied():
    z = latent(1, 4, 16, 16)
    tone = run(latents_math.tonemap, multiplier=1.0)
    toned = run(latents_math.apply_operation, samples=z, operation=tone)["samples"]
    before, after = z["samples"].norm(dim=1), toned.norm(dim=1)
    deviation, mean = torch.std_mean(before)
    assert torch.allclose(after, before / (1 + before / (mean + 5 * deviation)), atol=1e-5)
    flat = {"samples": torch.ones(1, 4, 16, 16)}
    sharp = run(latents_math.sharpen, sharpen_radius=3, sigma=1.0, alpha=0.5)
    smooth = run(latents_math.apply_operation, samples=flat, operation=sharp)["samples"]
    assert torch.allclose(smooth, flat["samples"], atol=1e-4)
    edge = {"samples": torch.ones(1, 4, 16, 16)}
    edge["samples"][:, 0, :, 8:] = -1
    sharper = sharp(latent=edge["samples"])
    assert sharper[0, 0, 8, 7] > 1.1
    assert sharper[0, 0, 8, 8] < -1.1


@pytest.fixture
def host(tmp_path) -> Surroundings:
    return surroundings(tmp_path / "home")


def test_a_saved_latent_comes_back(host):
    z = latent(1, 4, 8, 8)
    result = host.call(latents_files.save_latent, samples=z, filename_prefix="latents/mine", prompt={"1": {}})
    (saved,) = result["ui"]["latents"]
    assert saved == {"filename": "mine_00001_.latent", "subfolder": "latents", "type": "output"}
    data = (host.outputs / "latents" / "mine_00001_.latent").read_bytes()
    assert b'"prompt":"{\\"1\\": {}}"' in data
    (host.inputs / "mine.latent").write_bytes(data)
    loaded = host.call(latents_files.load_latent, latent="mine.latent")
    assert torch.equal(loaded["samples"], z["samples"])
    by_tag = host.call(latents_files.load_latent, latent="latents/mine_00001_.latent [output]")
    assert torch.equal(by_tag["samples"], z["samples"])


def test_without_version_a_latent_is_a_samplers(host):
    from safetensors.torch import save_file

    z = torch.randn(1, 4, 8, 8)
    save_file({"latent_tensor": z}, host.inputs / "old.latent")
    assert torch.allclose(host.call(latents_files.load_latent, latent="old.latent")["samples"], z / 0.18215)


def test_what_is_no_latent_is_refused(host):
    (host.inputs / "x.latent").write_bytes(b"nonsense")
    with pytest.raises(CheckpointError, match=r"x\.latent is no saved latent"):
        host.call(latents_files.load_latent, latent="x.latent")
    with pytest.raises(ModelNotFoundError):
        host.call(latents_files.load_latent, latent="../x.latent")


def test_a_changed_latent_is_another(host):
    cls = node_class(latents_files.load_latent, host.files)
    (host.inputs / "x.latent").write_bytes(b"1")
    first = cls.IS_CHANGED(latent="x.latent")
    assert cls.IS_CHANGED(latent="x.latent") == first
    (host.inputs / "x.latent").write_bytes(b"2")
    assert cls.IS_CHANGED(latent="x.latent") != first
    assert cls.IS_CHANGED(latent=None) != cls.IS_CHANGED(latent=None)
    assert cls.VALIDATE_INPUTS(latent="x.latent") is True
    assert cls.VALIDATE_INPUTS(latent=None) is True
    assert cls.VALIDATE_INPUTS(latent="y.latent") == "Invalid latent file: y.latent"
