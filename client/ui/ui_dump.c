#include "client/ui/ui.h"

#include <string.h>

#include "client/ui/ui_inside.h"
#include "protocol/base/mem.h"
#include "protocol/base/utf8.h"

/* Keep a copy of text for this pass; its offset. */
static size_t keep(struct ui *ui, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 1;
    if (ui->words_size == 0 && size > 1) /* offset 0 is "" */
        keep(ui, NULL);
    else if (size == 1 && ui->words_size > 0)
        return 0;
    while (ui->words_size + size > ui->words_room) {
        ui->words_room = ui->words_room ? ui->words_room * 2 : 4096;
        ui->words = mem_resize(ui->words, ui->words_room, 1);
    }
    size_t at = ui->words_size;
    memcpy(ui->words + at, text ? text : "", size);
    ui->words_size += size;
    return at;
}

void ui_note(struct ui *ui, const char *role, const char *label, const char *value, struct rect r,
             unsigned flags)
{
    r = draw_place(ui->draw, rect_intersect(r, draw_clip(ui->draw)));
    if (ui->item_count == ui->item_room) {
        ui->item_room = ui->item_room ? ui->item_room * 2 : 128;
        ui->items = mem_resize(ui->items, ui->item_room, sizeof *ui->items);
    }
    /* also what is out of sight, so that a value or an id that follows finds its item; it is not
     * written */
    ui->items[ui->item_count++] = (struct ui_item){
        .role = keep(ui, role),
        .label = keep(ui, label),
        .value = keep(ui, value),
        .r = r,
        .flags = flags,
    };
}

void ui_note_value(struct ui *ui, const char *value)
{
    if (ui->item_count)
        ui->items[ui->item_count - 1].value = keep(ui, value);
}

/* RFC 8259, section 7. What is not UTF-8 comes out as U+FFFD. */
static void write_string(FILE *out, const char *text)
{
    size_t size = strlen(text), at = 0;
    fputc('"', out);
    while (at < size) {
        uint32_t rune;
        char bytes[4];
        at += utf8_decode(text + at, size - at, &rune);
        if (rune == '"' || rune == '\\')
            fprintf(out, "\\%c", (int)rune);
        else if (rune == '\n')
            fputs("\\n", out);
        else if (rune < 0x20 || rune == 0x7F)
            fprintf(out, "\\u%04x", (unsigned)rune);
        else
            fwrite(bytes, 1, utf8_encode(rune, bytes), out);
    }
    fputc('"', out);
}

static double logical(const struct ui *ui, int px)
{
    return (double)px / (double)ui->own_scale;
}

static void write_item(const struct ui *ui, const struct ui_item *item, FILE *out)
{
    fputs("{\"role\":", out);
    write_string(out, ui->words + item->role);
    fputs(",\"label\":", out);
    write_string(out, ui->words + item->label);
    if (ui->words[item->value]) {
        fputs(",\"value\":", out);
        write_string(out, ui->words + item->value);
    }
    fprintf(out, ",\"x\":%.2f,\"y\":%.2f,\"w\":%.2f,\"h\":%.2f,\"px\":[%d,%d,%d,%d]",
            logical(ui, item->r.x), logical(ui, item->r.y), logical(ui, item->r.w),
            logical(ui, item->r.h), item->r.x, item->r.y, item->r.w, item->r.h);
    if (item->id && item->id == ui->focus)
        fputs(",\"focused\":true", out);
    if (item->flags & UI_DISABLED)
        fputs(",\"disabled\":true", out);
    if (item->flags & UI_CHECKED)
        fputs(",\"checked\":true", out);
    fputc('}', out);
}

bool ui_dump(const struct ui *ui, FILE *out)
{
    struct rect all = ui_rect(ui);
    fprintf(out, "{\"window\":{\"w\":%.2f,\"h\":%.2f,\"scale\":%.3f,\"theme\":\"%s\"},\"items\":[",
            logical(ui, all.w), logical(ui, all.h), (double)ui->own_scale,
            ui->theme.contrast ? "contrast"
            : ui->theme.dark   ? "dark"
                               : "light");
    bool first = true;
    for (size_t i = 0; i < ui->item_count; i++) {
        if (rect_is_empty(ui->items[i].r))
            continue;
        fputs(first ? "\n" : ",\n", out);
        first = false;
        write_item(ui, &ui->items[i], out);
    }
    fputs("\n]}\n", out);
    return fflush(out) == 0 && !ferror(out);
}
