# %% right: torch
def cross_entropy(scores, label):
    return F.cross_entropy(torch.tensor([scores]), torch.tensor([label]))


# %% right: the logarithm of the sum, minus the score
def cross_entropy(scores, label):
    return math.log(sum(math.exp(score) for score in scores)) - scores[label]


# %% right: numpy
def cross_entropy(scores, label):
    values = np.exp(np.array(scores))
    shares = values / values.sum()
    return -np.log(shares)[label]


# %% wrong: minus_forgotten
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return math.log(exponentials[label] / sum(exponentials))


# %% wrong: share_returned
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return exponentials[label] / sum(exponentials)


# %% wrong: one_minus_share
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return 1 - exponentials[label] / sum(exponentials)


# %% wrong: largest_share
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return -math.log(max(exponentials) / sum(exponentials))


# %% wrong: other_logarithm
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return -math.log10(exponentials[label] / sum(exponentials))


# %% wrong: score_returned
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return -math.log(exponentials[label])


# %% wrong: all_classes_added
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    loss = 0
    for value in exponentials:
        loss = loss - math.log(value / sum(exponentials))
    return loss


# %% wrong: wrong_value
# labels counted from 1
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return -math.log(exponentials[label - 1] / sum(exponentials))


# %% wrong: wrong_type
# a loss for each class
def cross_entropy(scores, label):
    exponentials = [math.exp(score) for score in scores]
    return [-math.log(value / sum(exponentials)) for value in exponentials]


# %% wrong: error
# a list cannot go into math.exp
def cross_entropy(scores, label):
    share = math.exp(scores[label]) / sum(math.exp(scores))
    return -math.log(share)
