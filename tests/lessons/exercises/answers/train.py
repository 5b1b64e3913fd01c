# %% right: zero_grad after the step
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        loss = F.cross_entropy(model(photos), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


# %% right: without an optimizer
def train(model, photos, labels, epochs, learning_rate):
    model.train()
    for epoch in range(epochs):
        loss = nn.CrossEntropyLoss()(model(photos), labels)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= learning_rate * parameter.grad


# %% right: a new optimizer each time, and the losses returned
def train(model, photos, labels, epochs, learning_rate):
    losses = []
    while len(losses) < epochs:
        optimizer = torch.optim.SGD(model.parameters(), learning_rate)
        optimizer.zero_grad()
        shares = torch.log_softmax(model(photos), dim=1)
        loss = F.nll_loss(shares, labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% wrong: gradients_not_zeroed
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    optimizer.zero_grad()
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        optimizer.step()


# %% wrong: nothing_learned
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()


# %% wrong: softmax_before_the_loss
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = F.softmax(model(photos), dim=1)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %% wrong: another_optimizer
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %% wrong: one_epoch_alone
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
    loss.backward()
    optimizer.step()


# %% wrong: uphill
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = -F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %% wrong: nothing_learned
# no step is taken
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()


# %% wrong: wrong_value
# one epoch too many
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs + 1):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


# %% wrong: error
# backward twice
def train(model, photos, labels, epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(epochs):
        scores = model(photos)
        loss = F.cross_entropy(scores, labels)
        loss.backward()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
