"""The kinds of files that Rosetail reads from others: how a whole one is made, and what reads it.

``make`` writes the whole file and what belongs to it into a folder, and returns the file to damage.
``use`` reads the damaged file; it may write below ``out``. Where a command is cheap, it is run as a
user runs it, else the function that it calls.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rosetail import images
from rosetail.cli import run

SIDE = 48


class Failed(Exception):
    """A command ended with ``status`` above 0 and printed ``lines`` on standard error."""

    def __init__(self, status: int, lines: list[str]) -> None:
        super().__init__(f"status {status}: {' | '.join(lines)}")
        self.status, self.lines = status, lines


class Kind(NamedTuple):
    make: Callable[[Path], Path]
    use: Callable[[Path, Path], object]


def command(*arguments: object) -> None:
    """Run the program in this process. Raises Failed unless it succeeds."""
    errors = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(errors):
            run([str(argument) for argument in arguments])
    except SystemExit as left:
        if left.code:
            raise Failed(int(left.code), errors.getvalue().splitlines()) from None


def photo(seed: int = 0) -> np.ndarray:
    """uint8 [SIDE, SIDE, 3], soft with noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:SIDE, :SIDE]
    soft = np.stack([x * 4, y * 4, 255 - x - y], 2) + rng.normal(0, 20, (SIDE, SIDE, 3))
    return np.clip(soft, 0, 255).astype(np.uint8)


def picture(suffix: str) -> Kind:
    def make(folder: Path) -> Path:
        from PIL import Image

        path = folder / f"photo{suffix}"
        Image.fromarray(photo()).save(path)
        return path

    def use(path: Path, out: Path) -> None:
        command("stylize", path, "-o", out / "drawn.png", "--strength", 0)

    return Kind(make, use)


def animation(suffix: str) -> Kind:
    def make(folder: Path) -> Path:
        from PIL import Image

        first, *rest = (Image.fromarray(np.roll(photo(), 4 * n, 1)) for n in range(4))
        path = folder / f"moving{suffix}"
        first.save(path, save_all=True, append_images=rest, duration=[40, 80, 120, 80], loop=0)
        make_look(folder)
        return path

    def use(path: Path, out: Path) -> None:
        look = path.parent / "look.onnx"
        # Both an animation and a still, which it may have become, can be a PNG.
        command("stylize", path, "-o", out / "drawn.png", "--style", look, "--detail", "1")

    return Kind(make, use)


def make_look(folder: Path) -> Path:
    """A look of four nodes: the negative."""
    import onnx
    from onnx import TensorProto, helper

    ports = [
        helper.make_tensor_value_info(name, TensorProto.UINT8, ["n", "h", "w", 3])
        for name in ("image", "anime")
    ]
    white = helper.make_tensor("white", TensorProto.FLOAT, [1], [255.0])
    nodes = [
        helper.make_node("Cast", ["image"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["white", "levels"], ["turned"]),
        helper.make_node("Cast", ["turned"], ["anime"], to=TensorProto.UINT8),
    ]
    graph = helper.make_graph(nodes, "negative", ports[:1], ports[1:], [white])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    facts = {"network": "doubletail", "multiple": "8", "smallest": "32", "eyes": "20 90"}
    helper.set_model_props(model, facts)
    onnx.save(model, folder / "look.onnx")
    images.save(photo(), folder / "photo.png")
    return folder / "look.onnx"


def draw_with(path: Path, out: Path) -> None:
    photo = path.parent / "photo.png"
    command("stylize", photo, "-o", out / "drawn.png", "--style", path, "--detail", "1")


def make_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for seed, suffix in enumerate((".png", ".jpg")):
            images.save(photo(seed), folder / f"member{suffix}")
            archive.write(folder / f"member{suffix}", f"a/{seed}{suffix}")
            (folder / f"member{suffix}").unlink()
    return folder / "set.zip"


def prepare(path: Path, out: Path) -> None:
    command("data", "prepare", path, out / "set")


def make_character(folder: Path) -> Path:
    from rosetail.characters.character_file import write_fields
    from rosetail.characters.content import ModelId
    from rosetail.characters.edits import Edit

    codes = np.random.default_rng(0).standard_normal((2, 9)).astype(np.float32)
    edits = [Edit("long_hair", 1.0, "joint", codes[1])]
    model = ModelId("roses", "0f3a" * 16)
    return write_fields(
        folder / "aiko.json", name="Aiko", model=model, w=codes[0], picture=photo(), edits=edits
    )


def edit(path: Path, out: Path) -> None:
    command("edit", "--character", path, "--list", "--save", out / "b.json")


def make_directions(folder: Path) -> Path:
    from rosetail.characters.directions_file import Direction, Directions

    vectors = np.eye(3, 9, dtype=np.float32)
    rows = {
        tag: Direction(tag, vector, 40, 0.9, 7.3, 0.8)
        for tag, vector in zip(("long_hair", "open_mouth", "hat"), vectors, strict=True)
    }
    directions = Directions("roses", "0f3a" * 16, ("1/8",), {"joint": rows}, {"pictures": 9})
    return directions.save(folder / "directions.safetensors")


def list_directions(path: Path, out: Path) -> None:
    command("directions", "list", "--directions", path)


def make_toml(folder: Path) -> Path:
    from rosetail.methods.doubletail.settings import DoubleTailSettings
    from rosetail.training import settings

    settings.save(DoubleTailSettings(), folder / "settings.toml")
    return folder / "settings.toml"


def load_toml(path: Path, out: Path) -> None:
    from rosetail.methods.doubletail.settings import DoubleTailSettings
    from rosetail.training import settings

    settings.load(DoubleTailSettings, path, ["run.steps=3"])


def make_comparison(folder: Path) -> Path:
    text = (
        '[data]\nphotos = "photos"\n[methods.cel]\nlook = "cel"\n[methods.b]\nrecipe = "cyclegan"\n'
    )
    (folder / "comparison.toml").write_text(text + 'changes = ["width=16", "run.steps=800"]\n')
    return folder / "comparison.toml"


def load_comparison(path: Path, out: Path) -> None:
    from rosetail.evaluate import compare_settings

    compare_settings.load(path)


def keyframes(suffix: str) -> Kind:
    rows = [
        {"time": 0.0, "edits": {"open_mouth": 0, "hair": "brown"}},
        {"time": 1.5, "easing": "hold", "edits": {"open_mouth": 1, "hair": "blue"}},
    ]

    def make(folder: Path) -> Path:
        if suffix == ".json":
            text = json.dumps({"keyframe": rows})
        else:
            text = "[[keyframe]]\ntime = 0.0\nedits = { open_mouth = 0, hair = 'brown' }\n"
            text += "[[keyframe]]\ntime = 1.5\neasing = 'hold'\nedits = { open_mouth = 1 }\n"
        (folder / f"keys{suffix}").write_text(text)
        return folder / f"keys{suffix}"

    def use(path: Path, out: Path) -> None:
        from rosetail.characters.keyframes import read_keyframes

        read_keyframes(path)

    return Kind(make, use)


def make_take(folder: Path) -> Path:
    from rosetail.faces.expression import Expression
    from rosetail.faces.state import FaceState
    from rosetail.video.take import Take, acted_face

    calm = Expression(*np.linspace(0, 1, len(Expression.names())).tolist())
    rows = [(n / 10, 1.0, FaceState(30.0, 20.0, 9.0, 2.0 * n, -1.0, 0.5, calm)) for n in range(4)]
    return Take((SIDE, SIDE), 10.0, 0.4, (acted_face(0, rows),)).save(folder / "take.json")


def edit_take(path: Path, out: Path) -> None:
    command("perform", path, "-o", out / "take.csv", "--smooth", 0.1, "--scale", 1.2)


def make_run(folder: Path) -> Path:
    """A run with two checkpoints, of which the newer is damaged."""
    from rosetail.training.loop import RunSettings
    from tests.training.tiny import TinySettings, run_tiny

    told = RunSettings(steps=2, checkpoint_minutes=0.0, log_every=1)
    run_tiny(folder / "run", TinySettings(run=told))
    return folder / "run" / "checkpoints" / "step-00000002.pt"


def resume(path: Path, out: Path) -> None:
    """The run continues from the newest good checkpoint, and says so if that is not the newest."""
    from rosetail.training import checkpoint

    run, notes = path.parents[1], list[str]()
    state = checkpoint.load(run, "tiny", notes.append)
    if state["step"] == 1:
        assert len(notes) == 1, notes
        assert str(path) in notes[0]
        assert "is used" in notes[0]
    else:
        assert state["step"] == 2, state["step"]
    checkpoint.export_weights(run, out / "weights.safetensors")


def make_weights(folder: Path) -> Path:
    import torch
    from safetensors.torch import save_file

    from rosetail.methods.cyclegan.network import ResNetGenerator

    torch.manual_seed(0)
    header = {"class": "ResNetGenerator", "width": "4", "blocks": "2", "recipe": "cyclegan"}
    save_file(ResNetGenerator(4, 2).state_dict(), folder / "weights.safetensors", header)
    return folder / "weights.safetensors"


def read_trained(path: Path, out: Path) -> None:
    from rosetail.export.weights_file import check_state, read_weights
    from rosetail.methods.cyclegan.network import ResNetGenerator
    from rosetail.methods.generators import KINDS, _built
    from rosetail.training.checkpoint import load_weights

    state, header = read_weights(path)
    kind = KINDS.get(header.get("class", ""))
    if kind is not None:
        check_state(path, state, _built(kind, header, path).state_dict(), "a generator")
    load_weights(ResNetGenerator(4, 2), path)


def make_rescorer(folder: Path) -> Path:
    from rosetail.directions.rescorer import Rescorer, descriptor_size

    usual = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.4, 0.8], [0.6, 0.8]], np.float32)
    weights = np.zeros((2, descriptor_size()), np.float16)
    path = folder / "rescorer.safetensors"
    Rescorer(("hat", "smile"), weights, np.zeros(2, np.float32), usual).save(path)
    return path


def tag_with(kind: str) -> Callable[[Path, Path], None]:
    def use(path: Path, out: Path) -> None:
        from rosetail.directions.taggers import open_tagger

        place = path.parent if kind == "wd" else path
        open_tagger(f"{kind}:{place}", "onnxruntime")(photo()[None])

    return use


def make_wd(damaged: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        from tests.directions.test_taggers import wd_files

        return wd_files(folder) / damaged

    return make


def make_danbooru(folder: Path) -> Path:
    import torch

    tensors: dict[str, Any] = {"tags": ["a", "b"]}
    tensors |= {f"n_Conv_{n}.weight": torch.zeros(4, 3, 7, 7) for n in range(3)}
    torch.save(tensors, folder / "model.pt")
    return folder / "model.pt"


def make_cyclegan(folder: Path) -> Path:
    import torch

    from tests.methods.cyclegan.test_importer import published

    torch.save(published(4, 1), folder / "net.pth")
    return folder / "net.pth"


def import_cyclegan(path: Path, out: Path) -> None:
    command("import", "cyclegan", path, "-o", out / "look.safetensors")


def make_animegan3(folder: Path) -> Path:
    from tests.methods.doubletail.test_importer import kernels, published

    return published(folder / "v3.onnx", kernels(1))


def import_animegan3(path: Path, out: Path) -> None:
    command("import", "animegan3", path, "-o", out / "look.onnx")


def make_painted(damaged: str) -> Callable[[Path], Path]:
    """A painted training folder with one of its tables damaged."""

    def make(folder: Path) -> Path:
        name, points = "painted-00000001", [[10, 20], [38, 20], [24, 30], [16, 38], [32, 38]]
        images.make_folder(folder / "set" / "crops")
        images.save(photo(), folder / "set" / "crops" / f"{name}.png")
        shared = {"name": name, "size": SIDE, "landmarks": points}
        label = {**shared, "seed": 1, "tags": ["solo", "hat"], "face_box": [5, 5, 40, 40]}
        crop = {**shared, "source": name, "group": name, "kind": "anime", "frame": "painted"}
        crop |= {"matrix": [[1, 0, 0], [0, 1, 0]], "flipped": False, "box": [5, 5, 40, 40]}
        for table, row in (("labels.jsonl", label), ("manifest.jsonl", crop)):
            (folder / "set" / table).write_text(json.dumps(row) + "\n")
        return folder / "set" / damaged

    return make


def read_training_folder(path: Path, out: Path) -> None:
    from rosetail.data.folders import PreparedFolder
    from rosetail.data.painted import read_painted

    if path.name == "labels.jsonl":
        read_painted(path.parent, SIDE)
    else:
        crops = PreparedFolder(path.parent)
        assert crops.picture(0).dtype == np.uint8


def make_people(folder: Path) -> Path:
    row = {"file": "a.png", "sex": "female", "age": 31, "country": "Japan"}
    (folder / "metadata.jsonl").write_text(json.dumps(row) + "\n")
    return folder / "metadata.jsonl"


def read_people(path: Path, out: Path) -> None:
    from rosetail.evaluate.people import _read_metadata

    _read_metadata(path, [])


def make_scenes(folder: Path) -> Path:
    from rosetail.characters.scenes import Scenes, write_scenes

    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (8, 16, 16, 3), np.uint8)
    write_scenes(Scenes(pictures, rng.uniform(0, 255, (8, 3))), folder / "scenes.safetensors")
    return folder / "scenes.safetensors"


def read_scenes(path: Path, out: Path) -> None:
    from rosetail.characters import scenes

    scenes.read_scenes(path)


def clip(suffix: str, codec: str, use: Callable[[Path, Path], None]) -> Kind:
    def make(folder: Path) -> Path:
        import av

        with av.open(str(folder / f"clip{suffix}"), "w") as file:
            video = file.add_stream(codec, rate=10)
            video.height = video.width = SIDE
            video.pix_fmt = "yuv420p"
            for index in range(6):
                frame = av.VideoFrame.from_ndarray(np.roll(photo(), 4 * index, 1), "rgb24")
                file.mux(video.encode(frame))
            file.mux(video.encode(None))
        make_look(folder)
        return folder / f"clip{suffix}"

    return Kind(make, use)


def take_frames(path: Path, out: Path) -> None:
    command("data", "frames", path, out / "stills", "--every", "200ms")


def draw_clip(path: Path, out: Path) -> None:
    look = path.parent / "look.onnx"
    command("video", path, "-o", out / "drawn.mp4", "--style", look, "--detail", "1")


KINDS = {
    **{f"picture{suffix}": picture(suffix) for suffix in (".jpg", ".png", ".webp", ".tif", ".gif")},
    **{f"animation{suffix}": animation(suffix) for suffix in (".gif", ".png", ".webp")},
    "look": Kind(make_look, draw_with),
    "zip": Kind(make_zip, prepare),
    "character": Kind(make_character, edit),
    "directions": Kind(make_directions, list_directions),
    "settings": Kind(make_toml, load_toml),
    "comparison": Kind(make_comparison, load_comparison),
    "keyframes.toml": keyframes(".toml"),
    "keyframes.json": keyframes(".json"),
    "take": Kind(make_take, edit_take),
    "checkpoint": Kind(make_run, resume),
    "weights": Kind(make_weights, read_trained),
    "rescorer": Kind(make_rescorer, tag_with("rescorer")),
    "wd.onnx": Kind(make_wd("model.onnx"), tag_with("wd")),
    "wd.csv": Kind(make_wd("selected_tags.csv"), tag_with("wd")),
    "deepdanbooru": Kind(make_danbooru, tag_with("deepdanbooru")),
    "cyclegan": Kind(make_cyclegan, import_cyclegan),
    "animegan3": Kind(make_animegan3, import_animegan3),
    "labels": Kind(make_painted("labels.jsonl"), read_training_folder),
    "manifest": Kind(make_painted("manifest.jsonl"), read_training_folder),
    "people": Kind(make_people, read_people),
    "scenes": Kind(make_scenes, read_scenes),
    "frames": clip(".mp4", "libx264", take_frames),
    "clip.mp4": clip(".mp4", "libx264", draw_clip),
    "clip.avi": clip(".avi", "mpeg4", draw_clip),
    "clip.mkv": clip(".mkv", "libx264", draw_clip),
    "clip.webm": clip(".webm", "libvpx", draw_clip),
}
