"""Provided: train your VAE, draw its terms and images, save what you may hand in.

python experiment.py              trains and draws terms.png, images.png, reconstructions.png and
                                  interpolation.png
python experiment.py --save       also saves vae.safetensors (part e)
python experiment.py --samples    also saves vae_samples.npz with 1,000 images (part e)
"""

import argparse
import time

import torch
from helper import (
    draw_images,
    draw_pairs,
    draw_terms,
    load_images,
    write_samples,
    write_weights,
)
from vae import NUM_EPOCHS, generate, interpolate, reconstruct, train


def main() -> None:
    parser = argparse.ArgumentParser(description="Train your VAE and draw its images.")
    parser.add_argument("--epochs", type=int, default=NUM_EPOCHS)
    parser.add_argument("--size", help="of the images: sample, 12k or full")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true", help="save vae.safetensors")
    parser.add_argument("--samples", action="store_true", help="save vae_samples.npz")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    images, unseen = load_images("train", chosen.size), load_images("test", chosen.size)
    print(f"training on {len(images):,} images for {chosen.epochs} epochs ...")
    start = time.perf_counter()
    model, history = train(images, chosen.epochs)
    seconds = time.perf_counter() - start
    print(f"{seconds:.0f} s; last reconstruction and KL term per image: {history[-1]}")
    lines = [interpolate(model, unseen[i], unseen[i + 7], 10) for i in range(3)]
    figures = {
        "terms.png": draw_terms(history),
        "images.png": draw_images(generate(model, 10)),
        "reconstructions.png": draw_pairs(unseen[:10], reconstruct(model, unseen[:10])),
        "interpolation.png": draw_images(torch.cat(lines)),
    }
    for name, figure in figures.items():
        figure.savefig(name, dpi=150)
    print(f"wrote {', '.join(figures)}")
    if chosen.save:
        write_weights(model, "vae.safetensors")
        print("wrote vae.safetensors")
    if chosen.samples:
        write_samples(generate(model, 1_000), "vae_samples.npz")
        print("wrote vae_samples.npz")


if __name__ == "__main__":
    main()
