"""The list as a film by moviepy 2, the way its documentation does it; imports nothing of Onbeat.

    python moviepy_film.py LIST.json OUT.mp4

Kind to moviepy where there is a choice: one reader a file instead of one a shot, photos scaled
once before they zoom, crops instead of a composition, one encoder thread, the same encoder
settings as everybody else.
"""

import json
import sys

from moviepy import AudioFileClip, ImageClip, VideoFileClip, concatenate_videoclips


def main(list_path, out):
    with open(list_path) as file:
        film = json.load(file)
    size, rate = (film["width"], film["height"]), film["rate"]
    readers = {
        shot["path"]: VideoFileClip(shot["path"], audio=False)
        for shot in film["shots"]
        if shot["kind"] == "video"
    }
    shots = []
    for shot in film["shots"]:
        if shot["kind"] == "video":
            shots.append(cut(readers[shot["path"]], shot, size, rate))
        else:
            shots.append(zoom(shot, size, rate, film["zoom"]))
    song = AudioFileClip(film["song"])
    whole = concatenate_videoclips(shots, method="chain")
    whole.with_audio(song.subclipped(0, whole.duration)).write_videofile(
        out,
        fps=rate,
        codec="libx264",
        preset="veryfast",
        threads=1,
        ffmpeg_params=["-crf", "19", "-pix_fmt", "yuv420p"],
        audio_codec="aac",
        audio_bitrate="192k",
        logger=None,
    )
    for clip in (*readers.values(), song):
        clip.close()  # so that the time of its ffmpeg process is counted


def cut(reader, shot, size, rate):
    start = shot["start"] / rate
    left, top, width, height = shot["crop"]
    window = reader.subclipped(start, start + shot["frames"] / rate)
    return window.cropped(x1=left, y1=top, width=width, height=height).resized(size)


def zoom(shot, size, rate, most):
    left, top, width, height = shot["crop"]
    duration = shot["frames"] / rate
    photo = ImageClip(shot["path"], duration=duration)
    still = photo.cropped(x1=left, y1=top, width=width, height=height).resized(size)
    growing = still.resized(lambda t: 1 + (most - 1) * t / duration)
    return growing.image_transform(lambda picture: center(picture, size))


def center(picture, size):
    top, left = (picture.shape[0] - size[1]) // 2, (picture.shape[1] - size[0]) // 2
    return picture[top : top + size[1], left : left + size[0]]


if __name__ == "__main__":
    main(*sys.argv[1:])
