# %% right: torch
def softmax(scores):
    return torch.softmax(torch.tensor(scores), dim=0).tolist()


# %% right: numpy, with the largest score taken away first
def softmax(scores):
    values = np.exp(np.array(scores) - max(scores))
    return values / values.sum()


# %% right: a tuple, one score at a time
def softmax(scores):
    total = 0
    for score in scores:
        total += 2.718281828459045**score
    return tuple(2.718281828459045**score / total for score in scores)


# %% wrong: exp_forgotten
def softmax(scores):
    total = sum(scores)
    shares = []
    for score in scores:
        shares.append(score / total)
    return shares


# %% wrong: exp_forgotten
def softmax(scores):
    return [score / sum(scores) for score in scores]


# %% wrong: not_divided
def softmax(scores):
    return [math.exp(score) for score in scores]


# %% wrong: divided_by_the_largest
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    return [value / max(positive) for value in positive]


# %% wrong: divided_by_the_count
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    return [value / len(positive) for value in positive]


# %% wrong: winner_takes_all
def softmax(scores):
    best = max(scores)
    return [1 if score == best else 0 for score in scores]


# %% wrong: powers_of_two
def softmax(scores):
    positive = [2**score for score in scores]
    return [value / sum(positive) for value in positive]


# %% wrong: wrong_type
# only the first share
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    for value in positive:
        return value / sum(positive)


# %% wrong: wrong_shape
# leaves out the last one
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    return [positive[i] / sum(positive) for i in range(len(positive) - 1)]


# %% wrong: wrong_value
# per cent
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    return [100 * value / sum(positive) for value in positive]


# %% wrong: wrong_value
# rounded too much
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    return [round(value / sum(positive), 2) for value in positive]


# %% wrong: error
# a list cannot go into math.exp
def softmax(scores):
    positive = math.exp(scores)
    return positive / sum(positive)


# %% wrong: wrong_type
# prints instead of returning
def softmax(scores):
    positive = [math.exp(score) for score in scores]
    print([value / sum(positive) for value in positive])
