"""Provided: train your GAN, draw its losses and 10 new images, save what you may hand in.

python experiment.py              trains and draws losses.png and images.png
python experiment.py --save       also saves gan.safetensors (part c)
python experiment.py --samples    also saves gan_samples.npz with 1,000 images (part c)
"""

import argparse
import time

import torch
from gan import NUM_EPOCHS, generate, train
from helper import draw_images, draw_losses, load_images, write_samples, write_weights


def main() -> None:
    parser = argparse.ArgumentParser(description="Train your GAN and draw its images.")
    parser.add_argument("--epochs", type=int, default=NUM_EPOCHS)
    parser.add_argument("--size", help="of the training images: sample, 12k or full")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true", help="save gan.safetensors")
    parser.add_argument("--samples", action="store_true", help="save gan_samples.npz")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    images = load_images(chosen.size)
    print(f"training on {len(images):,} images for {chosen.epochs} epochs ...")
    start = time.perf_counter()
    generator, history = train(images, chosen.epochs)
    print(f"{time.perf_counter() - start:.0f} s; last mean losses of D and G: {history[-1]}")
    draw_losses(history, ("discriminator", "generator")).savefig("losses.png", dpi=150)
    draw_images(generate(generator, 10)).savefig("images.png", dpi=150)
    print("wrote losses.png and images.png")
    if chosen.save:
        write_weights(generator, "gan.safetensors")
        print("wrote gan.safetensors")
    if chosen.samples:
        write_samples(generate(generator, 1_000), "gan_samples.npz")
        print("wrote gan_samples.npz")


if __name__ == "__main__":
    main()
