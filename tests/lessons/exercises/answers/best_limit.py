# %% right: max with a key
def best_limit(numbers, labels, limits):
    def count_right(limit):
        return sum(int(number > limit) == label for number, label in zip(numbers, labels))

    return max(limits, key=count_right)


# %% right: numpy, all limits at once
def best_limit(numbers, labels, limits):
    says_one = np.array(numbers)[None, :] > np.array(limits)[:, None]
    right = (says_one == np.array(labels, dtype=bool)).sum(axis=1)
    return limits[right.argmax()]


# %% right: counts the mistakes
def best_limit(numbers, labels, limits):
    fewest = len(numbers) + 1
    for limit in limits:
        wrong = 0
        for i in range(len(numbers)):
            guess = 1 if numbers[i] > limit else 0
            wrong += abs(guess - labels[i])
        if wrong < fewest:
            fewest = wrong
            chosen = limit
    return chosen


# %% wrong: last_of_equals
def best_limit(numbers, labels, limits):
    best, most_right = None, -1
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if (number > limit) == (label == 1):
                right = right + 1
        if right >= most_right:
            best, most_right = limit, right
    return best


# %% wrong: count_returned
def best_limit(numbers, labels, limits):
    most_right = 0
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if (number > limit) == (label == 1):
                right = right + 1
        most_right = max(right, most_right)
    return most_right


# %% wrong: place_returned
def best_limit(numbers, labels, limits):
    counts = []
    for limit in limits:
        counts.append(sum((n > limit) == (y == 1) for n, y in zip(numbers, labels)))
    return counts.index(max(counts))


# %% wrong: worst_limit
def best_limit(numbers, labels, limits):
    best, fewest = None, len(numbers) + 1
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if (number > limit) == (label == 1):
                right = right + 1
        if right < fewest:
            best, fewest = limit, right
    return best


# %% wrong: only_ones_counted
def best_limit(numbers, labels, limits):
    best, most_right = None, -1
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if number > limit and label == 1:
                right = right + 1
        if right > most_right:
            best, most_right = limit, right
    return best


# %% wrong: rule_turned_round
def best_limit(numbers, labels, limits):
    best, most_right = None, -1
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if (number < limit) == (label == 1):
                right = right + 1
        if right > most_right:
            best, most_right = limit, right
    return best


# %% wrong: wrong_value
# returns after the first limit
def best_limit(numbers, labels, limits):
    for limit in limits:
        right = sum((n > limit) == (y == 1) for n, y in zip(numbers, labels))
        if right > 0:
            return limit


# %% wrong: wrong_value
# ignores the limits and takes the middle of the numbers
def best_limit(numbers, labels, limits):
    return sum(numbers) / len(numbers)


# %% wrong: error
# a name that nobody made
def best_limit(numbers, labels, limits):
    for limit in limits:
        right = 0
        for number, label in zip(numbers, labels):
            if (number > limit) == (label == 1):
                right = right + 1
        if right > most_right:
            best = limit
    return best
