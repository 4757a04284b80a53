#include "client/ui/input.h"

#include "protocol/base/mem.h"

void input_queue_init(struct input_queue *queue)
{
    *queue = (struct input_queue){0};
}

void input_queue_finish(struct input_queue *queue)
{
    struct input input;
    while (input_take(queue, &input))
        mem_free(input.text);
    mem_free(queue->items);
    *queue = (struct input_queue){0};
}

static bool is_drop(enum input_kind kind)
{
    return kind == INPUT_MOVE || kind == INPUT_WHEEL || kind == INPUT_DROP_OVER;
}

/* A later move (or drag over) says all that the one before it said. */
static bool merge_with_last(struct input_queue *queue, const struct input *input)
{
    if (queue->count == 0)
        return false;
    struct input *last = &queue->items[(queue->first + queue->count - 1) % queue->room];
    if (last->kind != input->kind)
        return false;
    if (input->kind == INPUT_MOVE || input->kind == INPUT_DROP_OVER) {
        last->x = input->x;
        last->y = input->y;
        return true;
    }
    if (input->kind == INPUT_WHEEL && last->mods == input->mods && last->x == input->x &&
        last->y == input->y) {
        last->wheel_x += input->wheel_x;
        last->wheel_y += input->wheel_y;
        return true;
    }
    return input->kind == INPUT_EXPOSE || input->kind == INPUT_WAKE || input->kind == INPUT_RESIZE;
}

static void grow(struct input_queue *queue)
{
    size_t room = queue->room ? queue->room * 2 : 64;
    struct input *items = mem_alloc(room, sizeof *items);
    for (size_t i = 0; i < queue->count; i++)
        items[i] = queue->items[(queue->first + i) % queue->room];
    mem_free(queue->items);
    queue->items = items;
    queue->room = room;
    queue->first = 0;
}

void input_push(struct input_queue *queue, const struct input *input, const char *text)
{
    if (merge_with_last(queue, input))
        return;
    /* half of the room is kept for what must not get lost: clicks, keys, the close button */
    size_t max = is_drop(input->kind) ? INPUT_QUEUE_MAX / 2 : INPUT_QUEUE_MAX;
    if (queue->count >= max)
        return;
    if (queue->count == queue->room)
        grow(queue);
    struct input *slot = &queue->items[(queue->first + queue->count++) % queue->room];
    *slot = *input;
    slot->text = mem_string(text);
}

bool input_take(struct input_queue *queue, struct input *input)
{
    if (queue->count == 0)
        return false;
    *input = queue->items[queue->first];
    queue->items[queue->first].text = NULL;
    queue->first = (queue->first + 1) % queue->room;
    queue->count--;
    return true;
}

const struct input *input_peek(const struct input_queue *queue)
{
    return queue->count ? &queue->items[queue->first] : NULL;
}
