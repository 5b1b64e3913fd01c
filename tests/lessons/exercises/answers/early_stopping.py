# %% right: looks for the first epoch that is patience after the best
def early_stopping(losses, patience):
    for count in range(1, len(losses) + 1):
        seen = losses[:count]
        best = seen.index(min(seen)) + 1
        if count - best >= patience:
            return best, count
    return best, len(losses)


# %% right: with numpy's running minimum
def early_stopping(losses, patience):
    lowest = np.minimum.accumulate(losses)
    best = [int(np.argmax(np.array(losses) == value)) + 1 for value in lowest]
    for epoch in range(1, len(losses) + 1):
        if epoch - best[epoch - 1] == patience:
            return best[epoch - 1], epoch
    return best[-1], len(losses)


# %% right: a loop that ends by itself
def early_stopping(losses, patience):
    best, epoch = 1, 1
    while epoch < len(losses) and epoch - best < patience:
        epoch += 1
        if losses[epoch - 1] < losses[best - 1]:
            best = epoch
    return [best, epoch]


# %% wrong: looks_into_the_future
def early_stopping(losses, patience):
    best_loss, waited = float("inf"), 0
    best_epoch = losses.index(min(losses)) + 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_loss, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


# %% wrong: counted_from_zero
def early_stopping(losses, patience):
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best_loss:
            best_loss, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch + 1
    return best_epoch, len(losses)


# %% wrong: waiting_never_starts_anew
def early_stopping(losses, patience):
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


# %% wrong: equal_counts_as_better
def early_stopping(losses, patience):
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss <= best_loss:
            best_loss, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


# %% wrong: one_epoch_too_patient
def early_stopping(losses, patience):
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_loss, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited > patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


# %% wrong: compared_with_the_epoch_before
def early_stopping(losses, patience):
    best_epoch, waited = 1, 0
    for epoch in range(2, len(losses) + 1):
        if losses[epoch - 1] < losses[epoch - 2]:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)


# %% wrong: last_epoch_kept
def early_stopping(losses, patience):
    best_loss, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_loss, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            break
    return epoch, epoch


# %% wrong: wrong_value
def early_stopping(losses, patience):
    return losses.index(min(losses)) + 1, len(losses)


# %% wrong: wrong_type
def early_stopping(losses, patience):
    best_loss, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best_loss:
            best_loss, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch


# %% wrong: error
def early_stopping(losses, patience):
    best_epoch = losses.argmin() + 1
    return best_epoch, min(best_epoch + patience, len(losses))
