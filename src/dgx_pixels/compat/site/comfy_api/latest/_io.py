"""Inputs, outputs and schemas of nodes of the new form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, ClassVar


class FolderType(StrEnum):
    """The folders that files are saved to and taken from."""

    input = "input"
    output = "output"
    temp = "temp"


class UploadType(StrEnum):
    """What an upload button takes."""

    image = "image_upload"
    audio = "audio_upload"
    video = "video_upload"
    model = "file_upload"


class NumberDisplay(StrEnum):
    """How a number is shown."""

    number = "number"
    slider = "slider"
    color = "color"


class Hidden(StrEnum):
    """Values that the server fills in."""

    unique_id = "UNIQUE_ID"
    prompt = "PROMPT"
    extra_pnginfo = "EXTRA_PNGINFO"
    dynprompt = "DYNPROMPT"
    auth_token_comfy_org = "AUTH_TOKEN_COMFY_ORG"  # noqa: S105 - a name, no secret
    api_key_comfy_org = "API_KEY_COMFY_ORG"


@dataclass
class RemoteOptions:
    """A list of choices that the editor fetches."""

    route: str
    refresh_button: bool = True
    control_after_refresh: str = "first"
    timeout: int | None = None
    max_retries: int | None = None
    refresh: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The options of ``/object_info``."""
        return {key: value for key, value in self.__dict__.items() if value is not None}


class Input:
    """An input of one type. ``options`` are those of ``/object_info``; a None is left out."""

    io_type: str = "*"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        extra_dict: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.id = id
        self.display_name = display_name
        self.optional = optional
        given = {"display_name": display_name, "tooltip": tooltip, "lazy": lazy, **options}
        self.options = {_SPELLING.get(k, k): _plain(v) for k, v in given.items() if v is not None}
        self.options |= extra_dict or {}

    @property
    def spec(self) -> tuple[Any, dict[str, Any]]:
        """``(type, options)`` as ``/object_info`` has them."""
        return self.io_type, dict(self.options)


# Options that the wire spells otherwise than the parameters.
_SPELLING = {"dynamic_prompts": "dynamicPrompts", "force_input": "forceInput", "display_mode": "display",
             "widget_type": "widgetType", "raw_link": "rawLink"}  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.as_dict() if isinstance(value, RemoteOptions) else value


class WidgetInput(Input):
    """An input that the editor shows a field for."""

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: Any = None,
        socketless: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(id, display_name, optional, tooltip, lazy, default=default, socketless=socketless, **options)


class IntInput(WidgetInput):
    """A whole number: default, min, max, step, control_after_generate, display_mode."""

    io_type = "INT"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: int | None = None,
        min: int | None = None,
        max: int | None = None,
        step: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(id, display_name, optional, tooltip, lazy, default, min=min, max=max, step=step, **options)


class FloatInput(WidgetInput):
    """A number: default, min, max, step, round, display_mode."""

    io_type = "FLOAT"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: float | None = None,
        min: float | None = None,
        max: float | None = None,
        step: float | None = None,
        round: float | bool | None = None,
        **options: Any,
    ) -> None:
        numbers = {"min": min, "max": max, "step": step, "round": round}
        super().__init__(id, display_name, optional, tooltip, lazy, default, **numbers, **options)


class StringInput(WidgetInput):
    """Text: multiline, placeholder, default, dynamic_prompts."""

    io_type = "STRING"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        multiline: bool = False,
        placeholder: str | None = None,
        default: str | None = None,
        **options: Any,
    ) -> None:
        texts = {"multiline": multiline, "placeholder": placeholder}
        super().__init__(id, display_name, optional, tooltip, lazy, default, **texts, **options)


class BooleanInput(WidgetInput):
    """Yes or no: default, label_on, label_off."""

    io_type = "BOOLEAN"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: bool | None = None,
        label_on: str | None = None,
        label_off: str | None = None,
        **options: Any,
    ) -> None:
        labels = {"label_on": label_on, "label_off": label_off}
        super().__init__(id, display_name, optional, tooltip, lazy, default, **labels, **options)


class ComboInput(WidgetInput):
    """One of several words: a list or an Enum."""

    io_type = "COMBO"

    def __init__(
        self,
        id: str,
        options: list[Any] | type[Enum] | None = None,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: Any = None,
        upload: UploadType | None = None,
        **more: Any,
    ) -> None:
        words = [word.value for word in options] if isinstance(options, type) else options
        if upload is not None:
            more[upload.value] = True
        more.setdefault("multiselect", False)
        super().__init__(id, display_name, optional, tooltip, lazy, default, options=words, **more)


class MultiComboInput(ComboInput):
    """Several of several words."""

    def __init__(
        self,
        id: str,
        options: list[str],
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        default: list[str] | None = None,
        placeholder: str | None = None,
        chip: bool | None = None,
        **more: Any,
    ) -> None:
        select = {"multiselect": True, "multi_select": {"placeholder": placeholder, "chip": chip}}
        super().__init__(id, options, display_name, optional, tooltip, lazy, default, **select, **more)


class MultiTypeInput(Input):
    """An input of several types; given another input, it keeps that one's field."""

    def __init__(
        self,
        id: str | Input,
        types: list[Any],
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        **options: Any,
    ) -> None:
        own = id if isinstance(id, Input) else None
        name = own.id if own else str(id)
        super().__init__(name, display_name, optional or bool(own and own.optional), tooltip, **options)
        names = [t if isinstance(t, str) else t.io_type for t in types]
        if own is not None:
            names = [own.io_type, *(n for n in names if n != own.io_type)]
            self.options = own.options | self.options | {"widgetType": own.io_type}
        self.io_type = ",".join(names)


class Output:
    """An output of one type."""

    io_type: str = "*"

    def __init__(
        self,
        id: str | None = None,
        display_name: str | None = None,
        tooltip: str | None = None,
        is_output_list: bool = False,
        **_more: Any,
    ) -> None:
        self.id = id
        self.display_name = display_name
        self.tooltip = tooltip
        self.is_output_list = is_output_list


class ComfyType:
    """A type of link: its ``Input`` and ``Output``."""

    io_type: ClassVar[str] = "*"
    Type: ClassVar[Any] = Any
    Input: ClassVar[Any] = Input
    Output: ClassVar[Any] = Output


def Custom(io_type: str, input_class: type[Input] = Input) -> type[ComfyType]:
    """A type of link by its name on the wire."""
    named = {"io_type": io_type}
    members = {
        **named,
        "Input": type("Input", (input_class,), named),
        "Output": type("Output", (Output,), named),
    }
    return type(io_type.title(), (ComfyType,), members)


@dataclass
class Schema:
    """Everything a node says of itself."""

    node_id: str
    display_name: str | None = None
    category: str = "sd"
    inputs: list[Input] = field(default_factory=list[Input])
    outputs: list[Output] = field(default_factory=list[Output])
    hidden: list[Hidden] = field(default_factory=list[Hidden])
    description: str = ""
    is_input_list: bool = False
    is_output_node: bool = False
    is_deprecated: bool = False
    is_experimental: bool = False
    is_api_node: bool = False
    not_idempotent: bool = False
    enable_expand: bool = False


class NodeOutput:
    """What a node returns: values, a ui, an expansion, or a reason to stop what follows."""

    def __init__(
        self,
        *args: Any,
        ui: Any = None,
        expand: dict[str, Any] | None = None,
        block_execution: str | None = None,
    ) -> None:
        self.args = args
        self.ui = ui
        self.expand = expand
        self.block_execution = block_execution

    @property
    def result(self) -> tuple[Any, ...] | None:
        """The values, None where there are none."""
        return self.args or None


class ComfyNode:
    """Base of nodes of the new form: ``define_schema`` and ``execute``, both class methods."""

    hidden: ClassVar[Any] = None
    SCHEMA: ClassVar[Schema | None] = None

    @classmethod
    def define_schema(cls) -> Schema:
        """What the node says of itself."""
        raise NotImplementedError

    @classmethod
    def execute(cls, **kwargs: Any) -> Any:
        """What the node does."""
        raise NotImplementedError

    @classmethod
    def GET_SCHEMA(cls) -> Schema:
        """The schema."""
        return cls.define_schema()


NodeReplace = Callable[..., Any]
