"""Return the model as it was.

outcome: failed
questions: finetune freeze
"""


def finetune(device, dataloaders, dataset_sizes, class_names):
    return nn.Linear(1, 2)


freeze = finetune
