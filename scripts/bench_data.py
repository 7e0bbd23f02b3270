"""Times carica's loader against Python loaders, in turn, and prints a table in Markdown.

    scripts/bench_data.py CARICA SHARED_DATA [--seconds S] [--rounds R] [--only NAME]

CARICA is the program, SHARED_DATA a folder with imagenet-photos/ (flat), camvid/train/{images,masks}
and cifar10/train/CLASS/*.jpg; what is missing is left out. Needs torch, torchvision, pillow, numpy.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np
import torch
import torchvision
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2

WORKERS = 2
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Pictures(torch.utils.data.Dataset):
    """Files opened with Pillow and transformed, the usual way of torchvision's references."""

    def __init__(self, files, transform):
        self.files, self.transform = files, transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with Image.open(self.files[i]) as picture:
            return self.transform(picture.convert("RGB"))


class Pairs(torch.utils.data.Dataset):
    """Pictures and masks, moved together by transforms v2."""

    def __init__(self, files, transform):
        self.files, self.transform = files, transform

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        with Image.open(self.files[i]) as file:
            picture = tv_tensors.Image(np.asarray(file.convert("RGB")).transpose(2, 0, 1).copy())
        mask_file = self.files[i].parent.parent / "masks" / (self.files[i].stem + ".png")
        with Image.open(mask_file) as file:
            mask = tv_tensors.Mask(np.asarray(file).copy())
        picture, mask = self.transform(picture, mask)
        return picture, mask.to(torch.int64)


def photo_peer(files):
    transform = v2.Compose([
        v2.RandomResizedCrop(224, antialias=True), v2.RandomHorizontalFlip(), v2.PILToTensor(),
        v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])
    return torch.utils.data.DataLoader(Pictures(files, transform), batch_size=50, shuffle=True,
                                       num_workers=WORKERS, persistent_workers=True)


def camvid_peer(files):
    transform = v2.Compose([
        v2.ScaleJitter((360, 480), scale_range=(0.5, 2.0), antialias=True),
        v2.RandomCrop((360, 480), pad_if_needed=True, fill={tv_tensors.Image: 0, tv_tensors.Mask: 255}),
        v2.RandomHorizontalFlip(), v2.ToDtype({tv_tensors.Image: torch.float32, "others": None}, scale=True),
        v2.Normalize(MEAN, STD)])
    return torch.utils.data.DataLoader(Pairs(files, transform), batch_size=8, shuffle=True,
                                       num_workers=WORKERS, persistent_workers=True)


class CifarLoop:
    """A loop over uint8 tensors in memory: pad, crop, flip, stack; normalised batch by batch."""

    def __init__(self, files):
        self.data = torch.stack([
            torch.from_numpy(np.asarray(Image.open(f).convert("RGB")).transpose(2, 0, 1).copy())
            for f in files])

    def __iter__(self):
        mean = torch.tensor(MEAN).view(1, 3, 1, 1) * 255
        std = torch.tensor(STD).view(1, 3, 1, 1) * 255
        order = torch.randperm(len(self.data))
        for begin in range(0, len(order) - 127, 128):
            batch = []
            for i in order[begin:begin + 128]:
                picture = torch.nn.functional.pad(self.data[i], (4, 4, 4, 4))
                top, left = torch.randint(0, 9, (2,)).tolist()
                picture = picture[:, top:top + 32, left:left + 32]
                batch.append(picture.flip(2) if torch.rand(()) < 0.5 else picture)
            yield (torch.stack(batch).float() - mean) / std


def rate(loader, seconds):
    """Samples per second, epoch after epoch."""
    count, begin = 0, time.perf_counter()
    while True:
        for batch in loader:
            count += len(batch[0] if isinstance(batch, (list, tuple)) else batch)
            if time.perf_counter() - begin > seconds:
                return count / (time.perf_counter() - begin)


def carica_rate(program, config, seconds):
    line = subprocess.run([program, "bench", "data", config, "--seconds", str(seconds), "--json", "--quiet"],
                          check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    return json.loads(line)["images_per_second"]


PHOTO = """
data: {{root: {root}, split: {{train: 1, val: 0, test: 0}}}}
loader: {{batch_size: 50, workers: {workers}, decode: {decode}}}
transforms:
  train:
    - RandomResizedCrop: {{size: 224}}
    - RandomHorizontalFlip: {{}}
    - Normalize: {{}}
  eval: [{{Normalize: {{}}}}]
"""
CAMVID = """
task: segment
data:
  format: paired_masks
  root: {root}
  classes: [sky, building, pole, road, sidewalk, tree, sign, fence, car, pedestrian, bicyclist]
  mask: {{ignore_index: 11}}
  train_dir: train
loader: {{batch_size: 8, workers: {workers}}}
transforms:
  train:
    - RandomResize: {{scale: [0.5, 2.0]}}
    - RandomCrop: {{size: [360, 480]}}
    - RandomHorizontalFlip: {{}}
    - Normalize: {{}}
  eval: [{{Normalize: {{}}}}]
"""
CIFAR = """
data: {{format: cifar, root: {root}, cache: ram}}
loader: {{batch_size: 128, workers: {workers}}}
transforms:
  train:
    - RandomCrop: {{size: 32, padding: 4}}
    - RandomHorizontalFlip: {{}}
    - Normalize: {{}}
  eval: [{{Normalize: {{}}}}]
"""


def cases(data, scratch):
    """(name, peer's name, config, how to make the peer) of what there is."""
    photos = sorted((data / "imagenet-photos").glob("*"))
    if photos:
        root = scratch / "photos"
        root.mkdir()
        (root / "photo").symlink_to((data / "imagenet-photos").resolve())
        for decode in ("reduced", "exact"):
            yield (f"photographs, RandomResizedCrop 224, flip, {decode}", "torchvision + Pillow, DataLoader",
                   PHOTO.format(root=root, workers=WORKERS, decode=decode), lambda: photo_peer(photos))
    camvid = sorted((data / "camvid/train/images").glob("*.jpg"))
    if camvid:
        yield ("CamVid pairs, scale jitter, crop 360x480, flip", "torchvision v2 on tensors, DataLoader",
               CAMVID.format(root=data / "camvid", workers=WORKERS), lambda: camvid_peer(camvid))
    cifar = sorted((data / "cifar10/train").glob("*/*.jpg"))
    if cifar:
        yield ("CIFAR-10 from memory, pad, crop, flip", "Python loop on tensors in memory",
               CIFAR.format(root=data / "cifar10", workers=WORKERS), lambda: CifarLoop(cifar))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("carica")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {Image.__version__}; "
          f"{WORKERS} workers on both sides\n")
    print("| work | peer | peer, pictures/s | carica, pictures/s | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, peer_name, text, make_peer) in enumerate(cases(arguments.data, pathlib.Path(folder))):
            if arguments.only not in name:
                continue
            config = pathlib.Path(folder) / f"{number}.yaml"
            config.write_text(text)
            peer = make_peer()
            rate(peer, 2)
            ours, theirs = [], []
            for _ in range(arguments.rounds):
                theirs.append(rate(peer, arguments.seconds))
                ours.append(carica_rate(arguments.carica, config, arguments.seconds))
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            print(f"| {name} | {peer_name} | {statistics.median(theirs):.0f} | {statistics.median(ours):.0f} "
                  f"| {ratio:.2f} |", flush=True)
            del peer


if __name__ == "__main__":
    main()
