// starts empty
