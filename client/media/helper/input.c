#include "client/media/helper/input.h"

#include "protocol/base/mem.h"

bool input_open(struct input *input, os_file file, struct err *err)
{
    *input = (struct input){.file = file};
    if (!file_size(file, &input->size, err))
        return false;
    input->head_size = input_read(input, input->head, sizeof input->head);
    input->at = 0;
    return true;
}

size_t input_read(struct input *input, void *bytes, size_t size)
{
    size_t all = 0, got = 0;
    while (all < size &&
           file_read_some(input->file, input->at, (uint8_t *)bytes + all, size - all, &got, NULL) &&
           got > 0) {
        all += got;
        input->at += got;
    }
    return all;
}

uint8_t *input_load(struct input *input, size_t *size, struct err *err)
{
    if (input->size > INPUT_LOAD_MAX) {
        err_set(err, ERR_LIMIT, "The file is too large to be shown.");
        return NULL;
    }
    uint8_t *bytes = mem_alloc((size_t)input->size + 1, 1);
    input->at = 0;
    *size = input_read(input, bytes, (size_t)input->size);
    return bytes;
}
