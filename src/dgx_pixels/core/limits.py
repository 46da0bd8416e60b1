"""Every limit on size and time, in one table."""

from typing import Final

MAX_HEADER_BYTES: Final = 100 * 2**20
"""Largest safetensors header read, as the format's own specification has it."""

MAX_TENSORS: Final = 100_000
"""Most tensors a checkpoint may name."""

MAX_IMAGE_PIXELS: Final = 64 * 2**20
"""Largest picture decoded (8192 x 8192); beyond it a file is taken for a decompression bomb."""

MAX_IMAGE_FILE_BYTES: Final = 256 * 2**20
"""Largest picture file opened."""

MAX_PROMPT_CHARS: Final = 20_000
"""Longest prompt accepted."""

MAX_PROMPT_NESTING: Final = 100
"""Deepest parentheses in a prompt; 1.1 to that power is already past any use."""

MAX_STEPS: Final = 10_000
"""Most sampling steps of one image (ComfyUI's own bound)."""

MAX_SIDE: Final = 8192
"""Largest width or height generated, in model pixels."""

MAX_COUNT: Final = 1024
"""Most images of one request."""

MAX_SEED: Final = 2**64 - 1
"""Largest seed."""

SPRITE_SIZES: Final = (16, 24, 32, 48, 64)
"""Native sprite sizes, in sprite pixels, that Pocket was trained on."""

SPRITE_CELL: Final = 8
"""Model pixels to a sprite pixel: a latent pixel of the VAE is a pixel of the sprite."""

MAX_WORKER_FRAME_BYTES: Final = 4 * 2**20
"""Largest message a worker may send, without its picture."""

MAX_WORKER_PICTURE_BYTES: Final = 64 * 2**20
"""Largest picture file in a message of a worker: a preview, or a result that goes out without a file."""

MAX_JOB_FRAME_BYTES: Final = 32 * 2**20
"""Largest message sent to a worker: a graph of the largest size with its editor's drawing, as JSON."""

HEARTBEAT_SECONDS: Final = 0.5
"""How often a worker says that it lives."""

HANG_SECONDS: Final = 3.0
"""Silence after which a worker is taken for hung and killed."""

WORKER_START_SECONDS: Final = 300.0
"""Longest start of a worker, node packs included."""

LONG_CALL_SECONDS: Final = 120.0
"""Silence allowed to a worker that said that it may fall silent: loading libraries stops every thread."""

CANCEL_SECONDS: Final = 2.0
"""How long a worker may take to notice that its job was cancelled before it is killed."""

FIRST_BACKOFF_SECONDS: Final = 0.5
"""Pause before a crashed worker is replaced; it doubles with every crash until a job ends well."""

LAST_BACKOFF_SECONDS: Final = 30.0
"""Longest such pause."""

MAX_IDLE_CRASHES: Final = 5
"""Crashes of a worker without a job, within `IDLE_CRASH_SECONDS`, after which it is reported dead."""

IDLE_CRASH_SECONDS: Final = 60.0

MAX_UNPUBLISHED: Final = 64
"""Finished jobs whose files may still be on their way to the disk while the next one runs."""

QUIET_SECONDS: Final = 5.0
"""Longest silence towards clients while a job waits or runs: some give up a silent connection after ten."""

# What the server takes from the network.

MAX_GRAPH_BYTES: Final = 8 * 2**20
"""Largest JSON body: a graph with all that comes along. Pictures are uploaded, not pasted into it."""

MAX_JSON_DEPTH: Final = 64
"""Deepest nesting of a JSON body; workflows have about 12."""

MAX_JSON_VALUES: Final = 250_000
"""Most values of a JSON body; the largest workflows known have some 30,000."""

MAX_GRAPH_NODES: Final = 5000
"""Most nodes of a graph."""

MAX_NAME_CHARS: Final = 65_536
"""Longest node id, class name or name of an input. Texts may be as long as the body: some packs send pictures so."""

MAX_ID_CHARS: Final = 256
"""Longest id of a job or a client, and longest idempotency key."""

BIG_GRAPH_NODES: Final = 200
"""Graphs of more nodes are checked off the event loop."""

BIG_JSON_BYTES: Final = 256 * 2**10
"""JSON above this is read in pieces off the event loop."""

MAX_REQUEST_HEADERS: Final = 100
"""Most header lines of a request."""

MAX_REQUEST_HEADER_BYTES: Final = 64 * 2**10
"""Longest head of a request: its address and all header lines."""

HEADER_SECONDS: Final = 10.0
"""Longest wait for the whole head of a request."""

BODY_IDLE_SECONDS: Final = 60.0
"""Longest silence within a body."""

DROPPED_BODY_BYTES: Final = 256 * 2**20
"""Most of a body too large that is read and dropped, so that its sender comes to read the answer."""

DROPPED_BODY_SECONDS: Final = 10.0
"""Longest that such a body is read."""

KEEP_ALIVE_SECONDS: Final = 75
"""Longest silence between two requests of a connection."""

MAX_CONNECTIONS: Final = 8192
"""Most open connections, sockets among them; beyond it the oldest that has not asked anything yet is closed."""

MAX_SOCKETS: Final = 4096
"""Most WebSockets."""

MAX_SOCKET_FRAME_BYTES: Final = 2**20
"""Largest message a WebSocket client may send."""

SOCKET_MESSAGES_PER_SECOND: Final = 50
"""Messages a WebSocket client may send in the long run."""

SOCKET_BURST: Final = 500
"""Messages a WebSocket client may send at once."""

SOCKET_STALL_SECONDS: Final = 5.0
"""Longest that a WebSocket client may leave its messages unread."""

MAX_FORM_FIELDS: Final = 32
"""Most fields of an upload, its file among them."""

MAX_PATH_BYTES: Final = 2048
"""Longest path a client may name: with a folder before it, it stays within what systems take."""

MAX_IMAGE_SIDE: Final = 16_384
"""Longest side of a picture decoded for a client, in pixels."""

DECODE_SECONDS: Final = 10
"""Processor time that one picture may take."""

DECODE_MEMORY_BYTES: Final = 3 * 2**29
"""Address space of a process that decodes pictures."""

BUSY_RETRY_SECONDS: Final = 5
"""Pause asked of clients that are turned away because there is too much to do."""

MAX_DECODES_WAITING: Final = 64
"""Most pictures waiting to be decoded; beyond it requests are answered 503."""

MAX_ANIMATION_PIXELS: Final = 128 * 2**20
"""Most pixels that all frames of a picture file have together."""

MAX_QUEUE_BYTES: Final = 128 * 2**20
"""Most JSON of waiting jobs; beyond it submissions are answered 429."""

MAX_ATTEMPTS: Final = 3
"""Times a job is tried whose worker dies; then it is taken to be the reason and fails."""

MAX_COMMIT: Final = 512
"""Most changes of jobs written to disk in one go."""

STORE_PROBE_SECONDS: Final = 0.5
"""How often a job store that could not write tries again."""

PUBLISH_RETRY_SECONDS: Final = 2.0
"""Longest pause between attempts to give finished files their names."""

SUBSCRIBER_BYTES: Final = 2**20
"""Most events, in bytes, that wait for one listener beside the largest; beyond it the listener is dropped."""

SUBSCRIBER_BEHIND_EVENTS: Final = 64
"""Events waiting for a listener above which only the newest progress is kept."""

SUBSCRIBER_BEHIND_BYTES: Final = 256 * 2**10
"""Bytes waiting for a listener above which only the newest preview and progress are kept."""

MAX_DEPENDENT_OUTPUTS: Final = 20_000
"""Most entries of `dependent_outputs` in one answer about a faulty prompt, over all its nodes."""

SUBSCRIBER_RESULT_BYTES: Final = 64 * 2**20
"""Most pictures sent as results, in bytes, that wait for one listener."""
