"""Provided: train your conditional GAN, draw its losses and images of each class, save its files.

python experiment.py              trains and draws losses.png and images.png
python experiment.py --save       also saves conditional_gan.safetensors (part c)
python experiment.py --samples    also saves conditional_gan_samples.npz with 1,000 images (part c)
"""

import argparse
import time

import torch
from conditional_gan import NUM_EPOCHS, generate, train
from helper import CLASS_NAMES, draw_images, draw_losses, load_images, write_samples, write_weights


def main() -> None:
    parser = argparse.ArgumentParser(description="Train your conditional GAN and draw its images.")
    parser.add_argument("--epochs", type=int, default=NUM_EPOCHS)
    parser.add_argument("--size", help="of the training images: sample, 12k or full")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true", help="save conditional_gan.safetensors")
    parser.add_argument("--samples", action="store_true", help="save conditional_gan_samples.npz")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    images, labels = load_images(chosen.size)
    print(f"training on {len(images):,} images for {chosen.epochs} epochs ...")
    start = time.perf_counter()
    generator, history = train(images, labels, chosen.epochs)
    print(f"{time.perf_counter() - start:.0f} s; last mean losses of D and G: {history[-1]}")
    draw_losses(history, ("discriminator", "generator")).savefig("losses.png", dpi=150)
    classes = torch.arange(10).repeat(4)  # four images of each class, one class per column
    figure = draw_images(generate(generator, classes), titles=CLASS_NAMES * 4)
    figure.savefig("images.png", dpi=150)
    print("wrote losses.png and images.png")
    if chosen.save:
        write_weights(generator, "conditional_gan.safetensors")
        print("wrote conditional_gan.safetensors")
    if chosen.samples:
        classes = torch.arange(10).repeat(100)
        write_samples(generate(generator, classes), classes, "conditional_gan_samples.npz")
        print("wrote conditional_gan_samples.npz")


if __name__ == "__main__":
    main()
