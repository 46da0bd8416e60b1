"""A file's tensors under other names than their keys: other programs' layouts read as the networks' own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dgx_pixels.checkpoint.tensorfile import TensorFile, TensorInfo, TensorView
from dgx_pixels.core.errors import CheckpointError


@dataclass(frozen=True, slots=True)
class Source:
    """Where one tensor comes from."""

    keys: tuple[str, ...]
    """Keys of the file; several are joined along their first axis."""
    shape: tuple[int, ...] | None = None
    """Another shape of as many numbers."""
    turned: bool = False
    """Rows and columns change places."""


class RenamedView(TensorView):
    """The tensors of a file by a table of names (`TensorView`)."""

    def __init__(self, file: TensorFile, sources: Mapping[str, Source]) -> None:
        super().__init__(file, "\0")  # a prefix that no key has
        self._sources = sources
        self._infos = {name: self._described(source) for name, source in sources.items()}

    def _described(self, source: Source) -> TensorInfo:
        first, *rest = (self.file.info(key) for key in source.keys)
        for info, key in zip(rest, source.keys[1:], strict=True):
            if (info.dtype, info.shape) != (first.dtype, first.shape):
                raise CheckpointError(f"{self.file.path}: {key}: expected {first.dtype} {list(first.shape)}")
        if len(source.keys) > 1:
            count = len(source.keys)
            return replace(first, shape=(first.shape[0] * count, *first.shape[1:]), nbytes=first.nbytes * count)
        shape = first.shape[::-1] if source.turned else source.shape or first.shape
        return replace(first, shape=shape)

    def key(self, name: str) -> str:
        """The first key that a name comes from, or the name where the file has none."""
        return self._sources[name].keys[0] if name in self._sources else name

    def info(self, name: str) -> TensorInfo:
        """As :meth:`TensorView.info`."""
        if name not in self._infos:
            raise CheckpointError(f"{self.file.path}: has no tensor for {name}")
        return self._infos[name]

    def read_into(self, name: str, buffer: memoryview | bytearray, start: int = 0) -> None:
        """As :meth:`TensorView.read_into`."""
        source, view = self._sources[name], memoryview(buffer)
        if source.turned:
            view[:] = self._turned(source.keys[0])[start : start + len(view)]
            return
        for key in source.keys:
            size = self.file.info(key).nbytes
            count = min(len(view), max(0, size - start))
            if count:
                self.file.read_into(key, view[:count], start)
            view, start = view[count:], max(0, start - size)

    def _turned(self, key: str) -> bytes:
        import numpy as np

        info = self.file.info(key)
        whole = bytearray(info.nbytes)
        self.file.read_into(key, whole)
        rows, columns = info.shape
        return np.frombuffer(whole, np.dtype(f"V{info.nbytes // (rows * columns)}")).reshape(rows, columns).T.tobytes()

    def __getitem__(self, name: str) -> TensorInfo:
        return self._infos[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    def __len__(self) -> int:
        return len(self._infos)
