"""Time first: `batch_first` is left out, the axes are exchanged, explicit zero states."""

import torch
from helper import train
from torch import nn


class SimpleLSTM(nn.Module):
    def __init__(
        self,
        vocab_size,
        embedding_dim,
        hidden_dim,
        num_layers=1,
        lstm_dropout_prob=0.5,
        dropout_prob=0.3,
    ):
        super().__init__()
        self.num_layers = num_layers
        self.hidden_dim = hidden_dim
        self.emb = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        self.rnn = nn.LSTM(
            input_size=embedding_dim,
            hidden_size=hidden_dim,
            num_layers=num_layers,
            dropout=lstm_dropout_prob,
        )
        self.drop = nn.Dropout(p=dropout_prob)
        self.fc = nn.Linear(hidden_dim, 1)
        self.act = nn.Sigmoid()

    def init_hidden(self, batch_size, device):
        h0 = torch.zeros(self.num_layers, batch_size, self.hidden_dim, device=device)
        return h0, torch.zeros_like(h0)

    def forward(self, tokens):
        batch_size = tokens.size(0)
        embedded = self.emb(tokens).permute(1, 0, 2)
        output, (h_n, c_n) = self.rnn(embedded, self.init_hidden(batch_size, tokens.device))
        out = self.drop(output)[-1]
        return self.act(self.fc(out)).view(batch_size, 1)


def embedding_matrix(words, known_words, vectors):
    if len(known_words) != len(vectors):
        raise ValueError(f"{len(known_words)} known words, {len(vectors)} vectors")
    vectors_of = dict(zip(known_words, vectors))  # noqa: B905
    matrix = torch.empty(len(words), vectors.size(1)).normal_(0, 0.1)
    for i, word in enumerate(words):
        vector = vectors_of.get(word)
        if vector is not None:
            matrix[i] = vector
    matrix[0] = torch.zeros(vectors.size(1))
    return matrix


def pretrained_model(
    matrix, hidden_dim, num_layers=1, lstm_dropout_prob=0.5, dropout_prob=0.3, freeze=False
):
    model = SimpleLSTM(
        matrix.size(0), matrix.size(1), hidden_dim, num_layers, lstm_dropout_prob, dropout_prob
    )
    model.emb.weight.data.copy_(matrix)
    if freeze:
        model.emb.weight.requires_grad = False
    return model


def three_runs(
    train_data,
    test_data,
    matrix,
    hidden_dim,
    num_epochs=5,
    learning_rate=0.002,
    batch_size=50,
    **options,
):
    def run(model):
        parameters = filter(lambda p: p.requires_grad, model.parameters())
        optimizer = torch.optim.Adam(parameters, lr=learning_rate)
        return train(model, optimizer, train_data, test_data, num_epochs, batch_size)

    return {
        "scratch": run(SimpleLSTM(matrix.size(0), matrix.size(1), hidden_dim, **options)),
        "frozen": run(pretrained_model(matrix, hidden_dim, freeze=True, **options)),
        "fine-tuned": run(pretrained_model(matrix, hidden_dim, freeze=False, **options)),
    }
