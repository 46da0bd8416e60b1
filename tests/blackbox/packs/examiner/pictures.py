"""Pictures and masks, with torch."""

import torch


class ExamPicture:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "content": (["WHITE", "BLACK", "NOISE"],),
                "width": ("INT", {"default": 64, "min": 1, "max": 4096}),
                "height": ("INT", {"default": 64, "min": 1, "max": 4096}),
                "batch": ("INT", {"default": 1, "min": 1, "max": 64}),
            }
        }

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def run(self, content, width, height, batch):
        assert torch.is_inference_mode_enabled()
        shape = (batch, height, width, 3)
        made = {"WHITE": torch.ones, "BLACK": torch.zeros, "NOISE": torch.rand}[content](shape)
        return (made,)


class ExamMask:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"min": 0.0, "max": 1.0}), "side": ("INT", {"default": 64})}}

    RETURN_TYPES = ("MASK",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def run(self, value, side):
        return (torch.full((1, side, side), value),)


class ExamMix:
    """Two pictures by a mask, of which only those that count are asked for."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"one": ("IMAGE", {"lazy": True}), "two": ("IMAGE", {"lazy": True}), "mask": ("MASK", {})}}

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def check_lazy_status(self, mask, one, two):
        wanted = []
        if one is None and mask.min() < 1.0:
            wanted.append("one")
        if two is None and mask.max() > 0.0:
            wanted.append("two")
        return wanted

    def run(self, one, two, mask):
        weight = mask.unsqueeze(-1)
        if weight.max() == 0.0:
            return (one,)
        if weight.min() == 1.0:
            return (two,)
        return (one * (1 - weight) + two * weight,)


class ExamAverage:
    """The mean of however many pictures are linked."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"input1": ("IMAGE", {})}}

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def run(self, input1, **more):
        every = [input1, *more.values()]
        return (torch.stack(every).mean(dim=0),)


class ExamMean:
    """The mean of a picture as a number."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE", {})}}

    RETURN_TYPES = ("FLOAT",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def run(self, image):
        return (round(float(image.mean()), 4),)


class ExamOutOfMemory:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE", {})}}

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "exam/pictures"

    def run(self, image):
        raise torch.OutOfMemoryError("nothing left")


NODES = (ExamPicture, ExamMask, ExamMix, ExamAverage, ExamMean, ExamOutOfMemory)
