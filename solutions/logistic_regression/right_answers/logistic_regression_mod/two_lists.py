"""Two lists zipped at the end, a loop that remembers, and lines drawn with their own epochs."""

from logistic_regression import MAX_EPOCHS, START, TOLERANCE, gradient_descent
from matplotlib.figure import Figure

LEARNING_RATES = [0.5, 0.3, 0.1, 0.05, 0.01]


def compare_learning_rates(X, t, etas=None, w0=None, max_epochs=MAX_EPOCHS, tolerance=TOLERANCE):
    etas = LEARNING_RATES if etas is None else etas
    w0 = START if w0 is None else w0
    rates, all_losses = [], []
    for i in range(len(etas)):
        weights, losses = gradient_descent(X, t, etas[i], w0, max_epochs, tolerance)
        rates.append(etas[i])
        all_losses.append(losses)
    return dict(zip(rates, all_losses, strict=False))


def epochs_to_reach(losses, level):
    since = None
    for e, loss in enumerate(losses):
        if loss > level:
            since = None
        elif since is None:
            since = e
    return since


def comparison_figure(curves, title=""):
    figure = Figure()
    axes = figure.subplots()
    names = []
    for eta in sorted(curves, reverse=True):
        y = [float(v) for v in curves[eta]]
        (line,) = axes.plot(list(range(0, len(y))), y, "-")
        line.set_label(f"rate {eta}")
        names.append(line)
    axes.set(title=title, xlabel="Epochs", ylabel="NLL", ylim=(0, None))
    axes.legend(handles=names, ncols=2)
    return figure


def table(curves, levels=(0.6, 0.5, 0.4, 0.3)):
    return "\n".join(f"{eta} {len(losses)}" for eta, losses in curves.items())
