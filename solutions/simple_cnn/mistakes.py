"""Known mistakes of simple_cnn: what is changed in the reference, and what to tell the student."""

from autograder.grade.mistakes import Mistake

CONVOLUTION_ROW = '("convolution", (1, 28, 28), (32, 28, 28), 32 * (3 * 3 * 1 + 1))'
LOGISTIC_ROW = '("logistic function", (32, 28, 28), (32, 28, 28), 0)'
POOLING_ROW = '("max-pooling", (32, 28, 28), (32, 14, 14), 0)'
LINEAR_ROW = '("linear layer", (32 * 14 * 14,), (10,), 10 * (32 * 14 * 14 + 1))'
SOFTMAX_ROW = '("log-softmax", (10,), (10,), 0)'

TABLE = [
    Mistake(
        name="table_kernels_without_bias",
        edits={"32 * (3 * 3 * 1 + 1)": "32 * 3 * 3 * 1"},
        explanation="The convolution has as many parameters as its kernels have weights, so the "
        "biases are missing. The handout asks for a convolution with bias; ask how many of them "
        "one output channel needs.",
    ),
    Mistake(
        name="table_one_bias_for_all_kernels",
        edits={"32 * (3 * 3 * 1 + 1)": "32 * 3 * 3 * 1 + 1"},
        explanation="The convolution is given a single bias. Each of its output channels is "
        "computed by a kernel of its own, and each kernel has its own bias.",
    ),
    Mistake(
        name="table_kernels_not_shared",
        edits={"32 * (3 * 3 * 1 + 1)": "32 * 28 * 28 * (3 * 3 * 1 + 1)"},
        explanation="The convolution is given weights of its own for every pixel. A kernel is "
        "moved over the image, and its weights are the same everywhere; the size of the image "
        "does not enter their number.",
    ),
    Mistake(
        name="table_padding_ignored",
        edits={
            CONVOLUTION_ROW: '("convolution", (1, 28, 28), (32, 26, 26), 32 * (3 * 3 * 1 + 1))',
            LOGISTIC_ROW: '("logistic function", (32, 26, 26), (32, 26, 26), 0)',
            POOLING_ROW: '("max-pooling", (32, 26, 26), (32, 13, 13), 0)',
            LINEAR_ROW: '("linear layer", (32 * 13 * 13,), (10,), 10 * (32 * 13 * 13 + 1))',
        },
        explanation="The volume shrinks at the convolution as it would without a border. Count "
        "again where a kernel can stand when zeros are put around the image; all later rows "
        "depend on it.",
    ),
    Mistake(
        name="table_pooling_keeps_the_size",
        edits={
            POOLING_ROW: '("max-pooling", (32, 28, 28), (32, 28, 28), 0)',
            LINEAR_ROW: '("linear layer", (32 * 28 * 28,), (10,), 10 * (32 * 28 * 28 + 1))',
        },
        explanation="The volume is as large after the pooling as before. The windows move by "
        "the stride, so count how many of them fit along one side of the volume.",
    ),
    Mistake(
        name="table_pooling_by_one",
        edits={
            POOLING_ROW: '("max-pooling", (32, 28, 28), (32, 27, 27), 0)',
            LINEAR_ROW: '("linear layer", (32 * 27 * 27,), (10,), 10 * (32 * 27 * 27 + 1))',
        },
        explanation="The pooling takes one off each side, as windows do that move by one pixel. "
        "Look up by how many pixels the handout's windows move.",
    ),
    Mistake(
        name="table_pooling_over_channels",
        edits={
            POOLING_ROW: '("max-pooling", (32, 28, 28), (16, 14, 14), 0)',
            LINEAR_ROW: '("linear layer", (16 * 14 * 14,), (10,), 10 * (16 * 14 * 14 + 1))',
        },
        explanation="The pooling halves the number of channels too. Its windows lie within one "
        "channel, so each channel is pooled by itself.",
    ),
    Mistake(
        name="table_channels_last",
        edits={
            CONVOLUTION_ROW: '("convolution", (28, 28, 1), (28, 28, 32), 32 * (3 * 3 * 1 + 1))',
            LOGISTIC_ROW: '("logistic function", (28, 28, 32), (28, 28, 32), 0)',
            POOLING_ROW: '("max-pooling", (28, 28, 32), (14, 14, 32), 0)',
        },
        explanation="The shapes have the channels at their end. PyTorch puts them first, and "
        "the docstring of layer_table names the axes in that order.",
    ),
    Mistake(
        name="table_activation_has_parameters",
        edits={LOGISTIC_ROW: '("logistic function", (32, 28, 28), (32, 28, 28), 32 * 28 * 28)'},
        explanation="The logistic function is given parameters. It is one fixed function, "
        "applied to each number; nothing in it is learned.",
    ),
    Mistake(
        name="table_pooling_has_parameters",
        edits={POOLING_ROW: '("max-pooling", (32, 28, 28), (32, 14, 14), 2 * 2)'},
        explanation="The pooling is given parameters. The size of its window is chosen by a "
        "person and not learned, and a maximum has no weights.",
    ),
    Mistake(
        name="table_linear_without_bias",
        edits={"10 * (32 * 14 * 14 + 1)": "10 * (32 * 14 * 14)"},
        explanation="The linear layer has as many parameters as weights, so its biases are "
        "missing. Each of its outputs has one.",
    ),
    Mistake(
        name="table_linear_reads_one_channel",
        edits={LINEAR_ROW: '("linear layer", (14 * 14,), (10,), 10 * (14 * 14 + 1))'},
        explanation="The linear layer reads a single channel. All the numbers that the pooling "
        "gives, of every channel, are put into one row.",
    ),
    Mistake(
        name="table_softmax_gives_the_class",
        edits={SOFTMAX_ROW: '("log-softmax", (10,), (1,), 0)'},
        explanation="The log-softmax is said to give one number. It gives a log-probability for "
        "every class; picking the largest is a step that the network does not make.",
    ),
]

NETWORK = [
    Mistake(
        name="relu_for_logistic",
        edits={"nn.Sigmoid()": "nn.ReLU()"},
        explanation="The outputs are those of a network with ReLU after the convolution. "
        "The handout asks for the logistic function, which maps zero to one half; look at the "
        "second component.",
    ),
    Mistake(
        name="tanh_for_logistic",
        edits={"nn.Sigmoid()": "nn.Tanh()"},
        explanation="The outputs are those of a network with tanh after the convolution. It has "
        "the same form as the logistic function but runs from -1 to 1; look at the second "
        "component.",
    ),
    Mistake(
        name="logistic_left_out",
        edits={"self.logistic(self.convolution(images))": "self.convolution(images)"},
        explanation="The convolution goes straight into the pooling. The logistic function "
        "between them is missing; check that forward uses all five components.",
    ),
    Mistake(
        name="logistic_applied_to_the_logits",
        edits={"return self.log_softmax(logits)": "return self.log_softmax(logits.sigmoid())"},
        explanation="The logits are squeezed through the logistic function before the "
        "log-softmax, so that no class can get far ahead. The handout has one logistic function, "
        "after the convolution.",
    ),
    Mistake(
        name="log_softmax_left_out",
        edits={"return self.log_softmax(logits)": "return logits"},
        explanation="The network returns the logits: their exponentials do not add up to one. "
        "The last component is missing in forward.",
    ),
    Mistake(
        name="softmax_for_log_softmax",
        edits={"self.log_softmax = nn.LogSoftmax(dim=1)": "self.log_softmax = nn.Softmax(dim=1)"},
        explanation="The network returns probabilities. It should return their logarithms, "
        "which NLLLoss expects; look at the name of the last component.",
    ),
    Mistake(
        name="logarithm_of_softmax",
        edits={"return self.log_softmax(logits)": "return logits.softmax(dim=1).log()"},
        explanation="The softmax is taken first and its logarithm afterwards. Small probabilities "
        "are rounded to zero in between, and their logarithm is minus infinity; torch.nn has one "
        "component that does both safely.",
    ),
    Mistake(
        name="log_softmax_over_the_batch",
        edits={
            "self.log_softmax = nn.LogSoftmax(dim=1)": "self.log_softmax = nn.LogSoftmax(dim=0)"
        },
        explanation="The log-softmax is taken over the images of the batch, so each column adds "
        "up to one instead of each row. Its axis must be that of the classes.",
    ),
    Mistake(
        name="mean_pooling",
        edits={"nn.MaxPool2d(kernel_size=2, stride=2)": "nn.AvgPool2d(kernel_size=2, stride=2)"},
        explanation="Each window is replaced by its mean. The handout keeps the largest number "
        "of each window; look at the third component.",
    ),
    Mistake(
        name="pooling_moves_by_one",
        edits={
            "nn.MaxPool2d(kernel_size=2, stride=2)": "nn.MaxPool2d(kernel_size=2, stride=1)",
            "nn.Linear(32 * 14 * 14, 10)": "nn.Linear(32 * 27 * 27, 10)",
        },
        explanation="The windows of the pooling overlap, since they move by one pixel, and the "
        "linear layer has grown to fit. Compare the stride with the handout.",
    ),
    Mistake(
        name="pooling_left_out",
        edits={
            "self.pooling(self.logistic(self.convolution(images)))": "self.logistic("
            "self.convolution(images))",
            "nn.Linear(32 * 14 * 14, 10)": "nn.Linear(32 * 28 * 28, 10)",
        },
        explanation="The volume is not pooled, and the linear layer reads four times as many "
        "numbers as it should. Check that forward uses all five components.",
    ),
    Mistake(
        name="padding_left_out",
        edits={
            "nn.Conv2d(1, 32, kernel_size=3, stride=1, padding=1)": "nn.Conv2d(1, 32, 3)",
            "nn.Linear(32 * 14 * 14, 10)": "nn.Linear(32 * 13 * 13, 10)",
        },
        explanation="The convolution has no border of zeros, so its output is smaller than the "
        "image and the linear layer has fewer weights. Look at the convolution's arguments.",
    ),
    Mistake(
        name="border_repeated",
        edits={"stride=1, padding=1)": 'stride=1, padding=1, padding_mode="replicate")'},
        explanation="The border around the image repeats its outermost pixels. The handout asks "
        "for a border of zeros.",
    ),
    Mistake(
        name="larger_kernels",
        edits={"kernel_size=3, stride=1, padding=1)": "kernel_size=5, stride=1, padding=2)"},
        explanation="The kernels have 5 by 5 weights. The volume has the right shape because the "
        "padding makes up for it, but the handout asks for another size.",
    ),
    Mistake(
        name="half_the_channels",
        edits={
            "nn.Conv2d(1, 32, kernel_size=3, stride=1": "nn.Conv2d(1, 16, kernel_size=3, stride=1",
            "nn.Linear(32 * 14 * 14, 10)": "nn.Linear(16 * 14 * 14, 10)",
        },
        explanation="The convolution has 16 output channels. Compare their number with the "
        "handout; the linear layer depends on it.",
    ),
    Mistake(
        name="convolution_without_bias",
        edits={"stride=1, padding=1)": "stride=1, padding=1, bias=False)"},
        explanation="The convolution has kernels but no biases. The handout asks for one per "
        "output channel.",
    ),
    Mistake(
        name="linear_without_bias",
        edits={"nn.Linear(32 * 14 * 14, 10)": "nn.Linear(32 * 14 * 14, 10, bias=False)"},
        explanation="The linear layer has weights but no biases. The handout asks for one per "
        "logit.",
    ),
    Mistake(
        name="hidden_layer_of_ten_units",
        edits={
            "nn.Linear(32 * 14 * 14, 10)": "nn.Sequential(nn.Linear(32 * 14 * 14, 10), "
            "nn.Linear(10, 10))"
        },
        explanation="The ten outputs of the linear layer go through a second linear layer. "
        "They are the logits already: the linear layer is the output layer.",
    ),
    Mistake(
        name="convolution_made_in_forward",
        edits={
            "self.convolution(images)": "nn.Conv2d(1, 32, kernel_size=3, padding='same')(images)",
            "        self.convolution = nn.Conv2d(1, 32, kernel_size=3, stride=1, padding=1)\n": "",
        },
        explanation="A new convolution with new random weights is made in every forward pass, so "
        "it can never learn and its parameters are not the network's. Components are made in "
        "__init__, once.",
    ),
    Mistake(
        name="images_mixed_when_flattened",
        edits={
            "volume.flatten(start_dim=1)": "volume.transpose(0, 1).reshape(len(images), -1)",
        },
        explanation="A row for the linear layer holds numbers of several images: it is right for "
        "a batch of one image only. When a volume is put into rows, the batch axis must stay the "
        "first one.",
    ),
    Mistake(
        name="single_image_squeezed",
        edits={"return self.log_softmax(logits)": "return self.log_softmax(logits).squeeze()"},
        explanation="For a batch of one image the batch axis is lost. Axes of length one are "
        "removed somewhere; name the axis that may go, or keep all.",
    ),
    Mistake(
        name="volume_detached",
        edits={"volume.flatten(start_dim=1)": "volume.detach().flatten(start_dim=1)"},
        explanation="The outputs are right, but no gradient comes back through the volume, so "
        "the convolution never learns. Look for detach, data, numpy or no_grad in forward.",
    ),
    Mistake(
        name="images_detached",
        edits={"self.convolution(images)": "self.convolution(images.detach())"},
        explanation="The parameters get their gradients, but the images get none: they are cut "
        "off before the convolution. Use them as they come in.",
    ),
    Mistake(
        name="convolution_frozen",
        edits={"stride=1, padding=1)": "stride=1, padding=1).requires_grad_(False)"},
        explanation="The convolution's parameters do not require gradients, so they keep their "
        "first random values. All parameters of this network learn.",
    ),
    Mistake(
        name="dropout_added",
        edits={
            "volume.flatten(start_dim=1)": "nn.functional.dropout("
            "volume, 0.3, self.training).flatten(1)"
        },
        explanation="Numbers are set to zero at random while the network is in training mode. "
        "The network of part b has no dropout; keep it for part f.",
    ),
    Mistake(
        name="batch_normalised",
        edits={
            "self.logistic(self.convolution(images))": "self.logistic("
            "nn.functional.batch_norm(self.convolution(images), None, None, training=True))"
        },
        explanation="The volume is normalised over the batch, so the output for an image depends "
        "on the images beside it. The network of part b has no such layer; keep it for part f.",
    ),
    Mistake(
        name="pixels_scaled_twice",
        edits={"self.convolution(images)": "self.convolution(images / 255)"},
        explanation="The images are divided by 255 inside the network, but their values are in "
        "[0, 1] already. They come out almost black, and the network sees next to nothing.",
    ),
]

COUNT = "correct += (predictions == labels.to(device)).sum().item()"

TEST = [
    Mistake(
        name="mean_over_batches",
        edits={
            COUNT: COUNT.replace("sum()", "float().mean()"),
            "return correct / len(data)": "return correct / -(-len(data) // batch_size)",
        },
        explanation="The accuracies of the batches are averaged. An image in a short last batch "
        "then counts more than the others; count images instead.",
    ),
    Mistake(
        name="last_batch_taken_for_full",
        edits={
            "return correct / len(data)": "return correct / (-(-len(data) // batch_size) "
            "* batch_size)"
        },
        explanation="The correct predictions are divided by the number of batches times their "
        "size, as if the last batch were full. Divide by the number of images that there are.",
    ),
    Mistake(
        name="short_batch_dropped",
        edits={"batch_size=batch_size):": "batch_size=batch_size, drop_last=True):"},
        explanation="The images of a short last batch are left out but still counted in the "
        "total. Every image is to be used; look at the arguments of your loader.",
    ),
    Mistake(
        name="percentage_returned",
        edits={"return correct / len(data)": "return 100 * correct / len(data)"},
        explanation="The accuracy is returned as a percentage. The docstring asks for a fraction "
        "from 0 to 1; multiply where you print it.",
    ),
    Mistake(
        name="count_returned",
        edits={"return correct / len(data)": "return correct"},
        explanation="The number of correct predictions is returned. The accuracy is the fraction "
        "that it is of all images.",
    ),
    Mistake(
        name="error_rate_returned",
        edits={"return correct / len(data)": "return 1 - correct / len(data)"},
        explanation="The fraction of wrong predictions is returned: it is one minus the accuracy.",
    ),
    Mistake(
        name="whole_division",
        edits={"return correct / len(data)": "return correct // len(data)"},
        explanation="The accuracy is 0 unless all predictions are right, because the division "
        "drops what is behind the decimal point.",
    ),
    Mistake(
        name="prediction_over_the_batch",
        edits={".argmax(dim=1)  # (N,)": ".argmax(dim=0)  # (10,)"},
        explanation="The largest output is looked for along the batch, which gives an image for "
        "each class instead of a class for each image. Check the axis.",
    ),
    Mistake(
        name="largest_output_for_its_class",
        edits={".argmax(dim=1)  # (N,)": ".amax(dim=1)  # (N,)"},
        explanation="The labels are compared with the largest log-probabilities themselves. The "
        "prediction is the class at which the largest one stands.",
    ),
    Mistake(
        name="least_likely_class",
        edits={".argmax(dim=1)  # (N,)": ".argmin(dim=1)  # (N,)"},
        explanation="The class with the smallest log-probability is taken. Log-probabilities are "
        "negative, and the most likely class has the one closest to zero.",
    ),
    Mistake(
        name="tested_in_training_mode",
        edits={"    model.eval()\n": ""},
        explanation="The model is in training mode while it is tested, because eval is not called "
        "(or named without its brackets). Dropout and batch normalisation would then change the "
        "predictions.",
    ),
    Mistake(
        name="gradients_recorded_in_test",
        edits={"with torch.no_grad():": "with torch.enable_grad():"},
        explanation="The forward passes of the test are recorded for a backward pass that never "
        "comes. That takes memory and time; switch the recording off around them.",
    ),
    Mistake(
        name="first_batch_only",
        edits={
            COUNT: COUNT + "\n            break",
            "return correct / len(data)": "return correct / len(labels)",
        },
        explanation="Only the first batch is tested. A return or break stands inside the loop; "
        "look at its indentation.",
    ),
    Mistake(
        name="last_batch_only",
        edits={COUNT: COUNT.replace("+=", "=")},
        explanation="Only the correct predictions of the last batch are kept, because each batch "
        "overwrites the count of those before. Add them up.",
    ),
    Mistake(
        name="test_batch_size_ignored",
        edits={"batch_size=batch_size):": "batch_size=100):"},
        explanation="The batches always have 100 images. Their size is an argument of "
        "mnist_test, and 100 is its default only.",
    ),
    Mistake(
        name="test_images_not_moved",
        edits={"model(images.to(device))": "model(images)"},
        explanation="The images stay on the device of the data. A model on an accelerator cannot "
        "use them; move each batch to the device on which the model's parameters are.",
    ),
    Mistake(
        name="learns_while_testing",
        edits={
            "with torch.no_grad():": "optimizer = torch.optim.Adam(model.parameters(), 0.001)\n"
            "    with torch.enable_grad():",
            COUNT: COUNT + "\n            nn.NLLLoss()(model(images), labels).backward()"
            "\n            optimizer.step()",
        },
        explanation="The model has other parameters after the test than before, so it learns from "
        "the test images. A test makes forward passes only.",
    ),
    Mistake(
        name="frozen_by_the_test",
        edits={"    model.eval()\n": "    model.eval().requires_grad_(False)\n"},
        explanation="After the test the model's parameters no longer require gradients, so it "
        "cannot be trained further. Switch off the recording for the forward passes only.",
    ),
]

CLEAR = "            optimizer.zero_grad()\n"
UPDATE = "            loss.backward()\n            optimizer.step()\n"
OPTIMIZER = "    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)\n"
EPOCH_START = "        loss_sum = 0.0\n"
EPOCH_END = "        epoch_losses.append(loss_sum / len(data))\n"
LOSS = "loss = negative_log_likelihood(model(images), labels)"

TRAIN = [
    Mistake(
        name="gradients_never_cleared",
        edits={CLEAR: ""},
        explanation="The gradients of all earlier batches are still in each new one: PyTorch adds "
        "to the stored gradient until it is cleared. Clear it for every batch.",
    ),
    Mistake(
        name="gradients_cleared_before_the_step",
        edits={CLEAR: "", UPDATE: UPDATE.replace("()\n", "()\n" + CLEAR, 1)},
        explanation="The parameters never change: the gradients are cleared after the backward "
        "pass has computed them, before the optimiser uses them. Look at the order of the calls.",
    ),
    Mistake(
        name="step_before_the_backward_pass",
        edits={
            CLEAR: "",
            UPDATE: "            optimizer.step()\n" + CLEAR + "            loss.backward()\n",
        },
        explanation="Each step uses the gradients of the batch before, and the first step has "
        "none, because the optimiser's step comes before the backward pass. Look at the order of "
        "the calls.",
    ),
    Mistake(
        name="gradients_cleared_once_per_epoch",
        edits={CLEAR: "", EPOCH_START: EPOCH_START + "        optimizer.zero_grad()\n"},
        explanation="The gradients are cleared at the start of an epoch only, so that they pile "
        "up from batch to batch. Clear them for every batch.",
    ),
    Mistake(
        name="optimizer_made_anew_each_epoch",
        edits={OPTIMIZER: "", EPOCH_START: EPOCH_START + "    " + OPTIMIZER},
        explanation="A new optimiser is made in every epoch, and Adam forgets its averages each "
        "time. Make it once, before the first epoch.",
    ),
    Mistake(
        name="optimizer_made_anew_each_batch",
        edits={OPTIMIZER: "", CLEAR: "        " + OPTIMIZER + CLEAR},
        explanation="A new optimiser is made for every batch. Without its memory, Adam moves each "
        "weight by the whole learning rate every time. Make it once, before the first epoch.",
    ),
    Mistake(
        name="plain_gradient_descent",
        edits={"= torch.optim.Adam(": "= torch.optim.SGD("},
        explanation="The parameters move by the learning rate times their gradient, as in plain "
        "gradient descent. The handout asks for Adam.",
    ),
    Mistake(
        name="adamw_for_adam",
        edits={"= torch.optim.Adam(": "= torch.optim.AdamW("},
        explanation="Every step also pulls the weights a little towards zero, as AdamW does. The "
        "handout asks for Adam.",
    ),
    Mistake(
        name="weight_decay_added",
        edits={"lr=learning_rate)": "lr=learning_rate, weight_decay=0.01)"},
        explanation="A multiple of the weights is added to their gradient, which is what Adam's "
        "weight_decay does. All of its settings but the learning rate keep their defaults.",
    ),
    Mistake(
        name="learning_rate_ignored",
        edits={"model.parameters(), lr=learning_rate)": "model.parameters())"},
        explanation="The steps have the size 0.001, Adam's default, whatever learning rate is "
        "asked for. Hand the argument on to the optimiser.",
    ),
    Mistake(
        name="probabilities_into_the_loss",
        edits={LOSS: "loss = negative_log_likelihood(model(images).exp(), labels)"},
        explanation="NLLLoss gets probabilities, as if a softmax stood before it. It expects "
        "logarithms and takes none itself; the model's outputs are what it needs.",
    ),
    Mistake(
        name="logarithm_taken_twice",
        edits={LOSS: "loss = negative_log_likelihood(model(images).log(), labels)"},
        explanation="The logarithm of the model's outputs is taken. They are log-probabilities "
        "already and negative, so the result is not a number, and neither are the weights.",
    ),
    Mistake(
        name="loss_with_the_wrong_sign",
        edits={LOSS: LOSS.replace("= ", "= -", 1)},
        explanation="Every step makes the labels less likely: the loss has the wrong sign. "
        "NLLLoss brings the minus already.",
    ),
    Mistake(
        name="squared_error_for_likelihood",
        edits={
            LOSS: "loss = ((model(images).exp() - nn.functional.one_hot(labels, 10)) ** 2).mean()"
        },
        explanation="The squared distance of the probabilities to the labels is minimised. The "
        "handout asks for the negative log-likelihood.",
    ),
    Mistake(
        name="not_shuffled",
        edits={", shuffle=True)": ")"},
        explanation="Every epoch takes the images in the order of the data. DataLoader shuffles "
        "only when it is told to.",
    ),
    Mistake(
        name="shuffled_once",
        edits={
            "DataLoader(data, batch_size=batch_size, shuffle=True)": "list(DataLoader("
            "data, batch_size=batch_size, shuffle=True))"
        },
        explanation="The images are shuffled before the first epoch, and then every epoch has the "
        "same batches. Draw a new order for each epoch.",
    ),
    Mistake(
        name="short_training_batch_dropped",
        edits={", shuffle=True)": ", shuffle=True, drop_last=True)"},
        explanation="The images of a short last batch are left out of the epoch. Every image is "
        "to be used in every epoch; look at the arguments of your loader.",
    ),
    Mistake(
        name="training_batch_size_ignored",
        edits={"batch_size=batch_size, shuffle": "batch_size=100, shuffle"},
        explanation="The batches always have 100 images. Their size is an argument of "
        "mnist_train, and 100 is its default only.",
    ),
    Mistake(
        name="one_epoch_only",
        edits={EPOCH_END: EPOCH_END + "        return epoch_losses\n"},
        explanation="The training ends after the first epoch. A return stands inside the loop "
        "over the epochs, or num_epochs is not used; look at the indentation.",
    ),
    Mistake(
        name="one_batch_per_epoch",
        edits={UPDATE: UPDATE + "            break\n"},
        explanation="Only the first batch of each epoch is used. Look for what leaves the loop "
        "over the batches early.",
    ),
    Mistake(
        name="only_the_last_batch_learned",
        edits={
            UPDATE: "",
            EPOCH_END: "        loss.backward()\n        optimizer.step()\n" + EPOCH_END,
        },
        explanation="The backward pass and the step come once per epoch, for its last batch. They "
        "belong inside the loop over the batches; look at the indentation.",
    ),
    Mistake(
        name="one_step_per_epoch",
        edits={
            CLEAR: "",
            UPDATE: "            loss.backward()\n",
            EPOCH_END: "        optimizer.step()\n        optimizer.zero_grad()\n" + EPOCH_END,
        },
        explanation="The gradients of all batches are added up, and the optimiser makes a single "
        "step at the end of each epoch. It should make one for every batch.",
    ),
    Mistake(
        name="labels_apart_from_images",
        edits={LOSS: LOSS.replace("labels)", "labels[torch.randperm(len(labels))])")},
        explanation="The labels of a batch are in another order than its images, so the model "
        "learns wrong ones. Images and labels must be shuffled together.",
    ),
    Mistake(
        name="copy_trained",
        edits={
            "import torch\nfrom torch": "import copy\n\nimport torch\nfrom torch",
            OPTIMIZER: "    model = copy.deepcopy(model)\n" + OPTIMIZER,
        },
        explanation="The model that was handed over is as before: a copy was trained. The "
        "docstring asks for training in place.",
    ),
    Mistake(
        name="training_images_not_moved",
        edits={"images, labels = images.to(device), labels.to(device)": "labels.to(device)"},
        explanation="The images stay on the device of the data. A model on an accelerator cannot "
        "use them; move each batch to the device on which the model's parameters are.",
    ),
]

TRAINING = [
    Mistake(
        name="initial_weights_too_large",
        edits={
            "        self.log_softmax = nn.LogSoftmax(dim=1)\n": "        self.log_softmax = "
            "nn.LogSoftmax(dim=1)\n        for parameter in self.parameters():\n"
            "            nn.init.normal_(parameter)\n"
        },
        explanation="The network learns, but far more slowly than it should: its first weights "
        "are so large that steps of 0.001 hardly move them. Keep the initial weights that "
        "torch.nn draws.",
    ),
]

MISTAKES = {
    "layer_table": TABLE,
    "SimpleCNN": NETWORK,
    "mnist_test": TEST,
    "mnist_train": TRAIN,
    "training": TRAINING,
}
