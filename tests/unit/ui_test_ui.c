/* The immediate-mode core and the widgets, played by made-up input: what a person does, and what the dump then says. */
#include "client/ui/ui.h" /* it says what is linked */
#include "tests/unit/ui_kit.h"

/* ---- buttons ---- */

static int pressed_a, pressed_b, pressed_over;
static bool over_shown, b_disabled;

static void buttons_view(void)
{
    if (ui_button(ui, ui_id_of(ui, "a"), (struct rect){10, 10, 100, 40}, "Alpha", ICON_NONE,
                  BUTTON_PRIMARY, 0))
        pressed_a++;
    if (ui_button(ui, ui_id_of(ui, "b"), (struct rect){10, 60, 100, 40}, "Beta", ICON_HOST,
                  BUTTON_GHOST, b_disabled ? UI_DISABLED : 0))
        pressed_b++;
    if (over_shown && ui_button(ui, ui_id_of(ui, "over"), (struct rect){50, 20, 100, 60}, "Over",
                                ICON_NONE, BUTTON_GHOST, 0))
        pressed_over++;
}

static void start_buttons(void)
{
    view = buttons_view;
    pressed_a = pressed_b = pressed_over = 0;
    over_shown = b_disabled = false;
    ui_focus(ui, 0);
    frame();
}

static void a_click_presses_once(void **state)
{
    (void)state;
    start_buttons();
    click(50, 30);
    frame();
    assert_int_equal(pressed_a, 1);
    assert_int_equal(pressed_b, 0);
    click(50, 30);
    click(50, 80);
    click(50, 30); /* three clicks between two frames: none is lost */
    frame();
    assert_int_equal(pressed_a, 3);
    assert_int_equal(pressed_b, 1);
}

static void a_press_let_go_elsewhere_is_none(void **state)
{
    (void)state;
    start_buttons();
    press(50, 30, 1);
    move(50, 80);
    release(50, 80);
    frame();
    assert_int_equal(pressed_a + pressed_b, 0);
}

static void the_topmost_gets_the_click(void **state)
{
    (void)state;
    start_buttons();
    over_shown = true;
    frame();
    click(60, 30);
    frame();
    assert_int_equal(pressed_a, 0);
    assert_int_equal(pressed_over, 1);
    click(20, 30);
    frame();
    assert_int_equal(pressed_a, 1);
}

static void disabled_buttons_are_dead_and_say_so(void **state)
{
    (void)state;
    start_buttons();
    b_disabled = true;
    frame();
    click(50, 80);
    frame();
    assert_int_equal(pressed_b, 0);
    assert_true(
        dump_has("\"role\":\"button\",\"label\":\"Beta\",\"x\":10.00,\"y\":60.00,\"w\":100.00,"
                 "\"h\":40.00,\"px\":[10,60,100,40],\"disabled\":true"));
}

static void tab_walks_and_enter_presses(void **state)
{
    (void)state;
    start_buttons();
    ui_focus(ui, 0);
    key(KEY_TAB, 0);
    key(KEY_TAB, 0);
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(pressed_b, 1);
    assert_true(dump_has("\"label\":\"Beta\",\"x\":10.00,\"y\":60.00,\"w\":100.00,\"h\":40.00,"
                         "\"px\":[10,60,100,40],\"focused\":true"));
    key(KEY_TAB, MOD_SHIFT);
    key(KEY_SPACE, 0);
    frame();
    assert_int_equal(pressed_a, 1);
    key(KEY_TAB, MOD_SHIFT); /* round and round */
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(pressed_b, 2);
}

static void hover_follows_what_moves_under_the_pointer(void **state)
{
    (void)state;
    start_buttons();
    move(60, 30);
    frame();
    over_shown = true; /* appears under a pointer that stands still */
    frame();
    press(60, 30, 1);
    release(60, 30);
    frame();
    assert_int_equal(pressed_over, 1);
}

/* ---- menu, toast, tip, scroll, paragraph ---- */

static int taken, under;

static void menu_view(void)
{
    static const struct menu_item items[] = {
        {"Reply", ICON_REPLY, false, false, false},
        {"Copy", ICON_COPY, true, false, false},
        {NULL, ICON_NONE, false, false, false},
        {"Delete", ICON_X, false, true, false},
    };
    if (ui_button(ui, ui_id_of(ui, "under"), (struct rect){0, 0, 600, 400}, "Under", ICON_NONE,
                  BUTTON_PLAIN, 0))
        under++;
    int at = ui_menu(ui, ui_id_of(ui, "menu"), items, 4);
    taken = at >= 0 ? at : taken;
}

static void a_menu_takes_the_mouse_and_the_keys(void **state)
{
    (void)state;
    view = menu_view;
    taken = -1;
    under = 0;
    ui_focus(ui, 0);
    frame();
    ui_menu_open(ui, ui_id_of(ui, "menu"), 590, 390); /* moved so that it is whole in the window */
    frame();
    assert_true(dump_has("\"role\":\"menuitem\",\"label\":\"Delete\""));
    key(KEY_UP, 0); /* from below: the last one */
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(taken, 3);
    assert_true(dump_lacks("menuitem"));
    ui_menu_open(ui, ui_id_of(ui, "menu"), 100, 100);
    frame();
    taken = -1;
    key(KEY_DOWN, 0);
    key(KEY_DOWN, 0); /* "Copy" is disabled and the line is none */
    key(KEY_ENTER, 0);
    frame();
    assert_int_equal(taken, 3);
    taken = -1;
    ui_menu_open(ui, ui_id_of(ui, "menu"), 100, 100);
    frame();
    click(140, 120);
    frame();
    assert_int_equal(taken, 0);
    ui_menu_open(ui, ui_id_of(ui, "menu"), 100, 100);
    frame();
    click(500, 300); /* outside: closes, and presses nothing under it */
    frame();
    assert_int_equal(under, 0);
    assert_true(dump_lacks("menuitem"));
    click(500, 300);
    frame();
    assert_int_equal(under, 1);
}

static void toast_view(void)
{
    ui_toasts(ui, (struct rect){0, 0, 600, 400});
}

static void a_toast_goes_by_itself(void **state)
{
    (void)state;
    view = toast_view;
    frame();
    ui_toast(ui, TOAST_ERR, "disk \"full\"\n");
    assert_true(ui_is_dirty(ui));
    ui_toast(ui, TOAST_INFO, "one");
    ui_toast(ui, TOAST_INFO, "two");
    ui_toast(ui, TOAST_INFO, "three"); /* the first goes: there is room for three */
    frame();
    assert_true(dump_lacks("disk"));
    assert_true(dump_has("three"));
    assert_in_range(ui_next_due_ms(ui), 1, TOAST_MS);
    now += TOAST_MS + 1;
    frame();
    assert_true(dump_lacks("three"));
    assert_int_equal(ui_next_due_ms(ui), -1);
}

static void tip_view(void)
{
    ui_icon_button(ui, ui_id_of(ui, "gear"), (struct rect){100, 100, 32, 32}, ICON_GEAR, "Settings",
                   0);
}

static void a_tip_waits(void **state)
{
    (void)state;
    view = tip_view;
    move(110, 110);
    frame();
    assert_true(dump_lacks("\"tip\""));
    assert_in_range(ui_next_due_ms(ui), 1, TIP_DELAY_MS);
    now += TIP_DELAY_MS;
    frame();
    assert_true(dump_has("\"role\":\"tip\",\"label\":\"Settings\""));
    move(300, 300);
    frame();
    assert_true(dump_lacks("\"tip\""));
}

static void scroll_view(void)
{
    struct rect content =
        ui_scroll_begin(ui, ui_id_of(ui, "s"), (struct rect){0, 0, 300, 100}, 500);
    for (int i = 0; i < 10; i++) {
        char name[16];
        snprintf(name, sizeof name, "row %d", i);
        ui_row(ui, ui_id_num(ui, "row", (uint64_t)i), rect_cut_top(&content, 50), name, RADIUS_SM,
               0);
    }
    ui_scroll_end(ui);
}

static void a_scroll_area_scrolls_and_clips(void **state)
{
    (void)state;
    view = scroll_view;
    move(100, 50);
    frame();
    assert_true(dump_has("\"row 0\""));
    assert_true(dump_lacks("\"row 2\"")); /* out of sight, out of the dump */
    for (int i = 0; i < 20; i++)
        push((struct input){.kind = INPUT_WHEEL, .x = 100, .y = 50, .wheel_y = -1}, NULL);
    frame();
    assert_true(dump_has("\"row 9\""));
    assert_true(dump_lacks("\"row 7\""));
    ui_scroll_show(ui, ui_id_of(ui, "s"), 0, 50);
    frame();
    assert_true(dump_has("\"row 0\""));
    press(296, 10, 1); /* the bar, down to its end */
    move(296, 99);
    release(296, 99);
    frame();
    assert_true(dump_has("\"row 9\""));
}

static void progress_view(void)
{
    ui_progress(ui, (struct rect){10, 10, 100, 4}, "report.pdf", 0.42f, ROLE_ACCENT, ROLE_TRACK);
    ui_badge(ui, (struct rect){0, 50, 100, 30}, 120);
    ui_avatar(ui, (struct rect){10, 100, 34, 34}, "\xC3\xA9lan");
    ui_pill(ui, (struct rect){0, 150, 200, 30}, "Today", ROLE_RAISED, ROLE_TEXT_2, ALIGN_CENTER);
    ui_label(ui, (struct rect){0, 200, 200, 30}, "tab\there \"quoted\" \\ \x01 \xFF", TEXT_MD,
             WEIGHT_REGULAR, ROLE_TEXT, ALIGN_LEFT);
}

static void the_dump_is_json_whatever_is_on_the_screen(void **state)
{
    (void)state;
    view = progress_view;
    frame();
    assert_true(dump_has("\"role\":\"progress\",\"label\":\"report.pdf\",\"value\":\"42\""));
    assert_true(dump_has("\"label\":\"99+\""));
    assert_true(dump_has("\"label\":\"tab\\u0009here \\\"quoted\\\" \\\\ \\u0001 \xEF\xBF\xBD\""));
    assert_true(
        dump_has("{\"window\":{\"w\":600.00,\"h\":400.00,\"scale\":1.000,\"theme\":\"dark\"}"));
    ui_set_scale(ui, 2);
    frame();
    assert_true(dump_has("{\"window\":{\"w\":300.00,\"h\":200.00,\"scale\":2.000"));
    assert_true(dump_has("\"x\":5.00,\"y\":5.00,\"w\":50.00,\"h\":2.00,\"px\":[10,10,100,4]"));
    ui_set_scale(ui, 1);
}

static void idle_view(void)
{
    ui_label(ui, (struct rect){0, 0, 200, 30}, "nothing moves", TEXT_MD, WEIGHT_REGULAR, ROLE_TEXT,
             ALIGN_LEFT);
}

static void an_idle_window_wants_nothing(void **state)
{
    (void)state;
    view = idle_view;
    frame();
    frame();
    uint64_t painted = draw_painted(draw);
    assert_int_equal(ui_next_due_ms(ui), -1);
    assert_false(ui_is_dirty(ui));
    move(5, 300);
    frame();
    assert_int_equal(draw_painted(draw), painted); /* a move over nothing paints nothing */
    ui_redraw(ui);
    assert_true(ui_is_dirty(ui));
    assert_int_equal(ui_next_due_ms(ui), 0);
}

static int app_inputs[INPUT_CLOSE + 1];

static void on_input(void *context, const struct input *input)
{
    (void)context;
    app_inputs[input->kind]++;
}

static void what_is_not_for_widgets_goes_to_the_app(void **state)
{
    (void)state;
    view = idle_view;
    ui_set_handler(ui, on_input, NULL);
    push((struct input){.kind = INPUT_DROP_OVER, .x = 5, .y = 6}, NULL);
    frame();
    assert_true(ui_is_drop_over(ui));
    push((struct input){.kind = INPUT_DROP_FILE, .x = 7, .y = 8}, "/tmp/a");
    push((struct input){.kind = INPUT_DROP_FILE, .x = 7, .y = 8}, "/tmp/b");
    push((struct input){.kind = INPUT_DROP_END}, NULL);
    push((struct input){.kind = INPUT_CLOSE}, NULL);
    push((struct input){.kind = INPUT_WAKE}, NULL);
    frame();
    assert_false(ui_is_drop_over(ui));
    assert_int_equal(app_inputs[INPUT_DROP_FILE], 2);
    assert_int_equal(app_inputs[INPUT_DROP_END], 1);
    assert_int_equal(app_inputs[INPUT_CLOSE], 1);
    assert_int_equal(app_inputs[INPUT_WAKE], 1);
    int x, y;
    ui_pointer(ui, &x, &y);
    assert_int_equal(x, 7);
}

static void the_queue_keeps_order_and_has_a_limit(void **state)
{
    (void)state;
    struct input_queue q;
    struct input input;
    input_queue_init(&q);
    for (int i = 0; i < 5; i++) /* moves become one, keys stay */
        input_push(&q, &(struct input){.kind = INPUT_MOVE, .x = i}, NULL);
    input_push(&q, &(struct input){.kind = INPUT_KEY, .key = KEY_TAB}, NULL);
    input_push(&q, &(struct input){.kind = INPUT_MOVE, .x = 9}, NULL);
    assert_int_equal(q.count, 3);
    assert_true(input_take(&q, &input));
    assert_int_equal(input.x, 4);
    for (int i = 0; i < INPUT_QUEUE_MAX + 10; i++)
        input_push(&q, &(struct input){.kind = INPUT_DROP_FILE}, "/x");
    assert_int_equal(q.count, INPUT_QUEUE_MAX);
    input_queue_finish(&q);
    assert_false(input_take(&q, &input));
}

/* ---- right clicks ---- */

static int menus, covered;
static bool cover;

static void context_view(void)
{
    struct rect outer = rect_make(50, 50, 200, 100);
    menus += ui_take_right_click(ui, ui_id_of(ui, "outer"), outer);
    struct ui_hit inner =
        ui_hit(ui, ui_id_of(ui, "inner"), rect_make(60, 60, 50, 50), "button", "inner", 0);
    covered += inner.clicked;
    if (cover) {
        draw_push_layer(draw, 1);
        ui_block(ui, ui_id_of(ui, "cover"), outer);
        draw_pop_layer(draw);
    }
}

static void right_press(int x, int y)
{
    const struct input input = {.x = x, .y = y, .button = BUTTON_RIGHT, .clicks = 1};
    struct input down = input, up = input;
    down.kind = INPUT_PRESS;
    up.kind = INPUT_RELEASE;
    push(down, NULL);
    push(up, NULL);
}

static void right_click_reaches_through(void **state)
{
    (void)state;
    view = context_view;
    menus = covered = 0;
    cover = false;
    frame();
    move(70, 70);
    right_press(70, 70); /* on what lies in it */
    frame();
    assert_int_equal(menus, 1);
    assert_int_equal(covered, 0);
    move(200, 120);
    right_press(200, 120); /* beside */
    frame();
    assert_int_equal(menus, 2);
    move(300, 120);
    right_press(300, 120); /* outside */
    frame();
    move(70, 70);
    click(70, 70); /* another button */
    frame();
    assert_int_equal(menus, 2);
    assert_int_equal(covered, 1);
    cover = true; /* a menu or a card lies over it */
    frame();
    right_press(70, 70);
    frame();
    assert_int_equal(menus, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_click_reaches_through),
        cmocka_unit_test(a_click_presses_once),
        cmocka_unit_test(a_press_let_go_elsewhere_is_none),
        cmocka_unit_test(the_topmost_gets_the_click),
        cmocka_unit_test(disabled_buttons_are_dead_and_say_so),
        cmocka_unit_test(tab_walks_and_enter_presses),
        cmocka_unit_test(hover_follows_what_moves_under_the_pointer),
        cmocka_unit_test(a_menu_takes_the_mouse_and_the_keys),
        cmocka_unit_test(a_toast_goes_by_itself),
        cmocka_unit_test(a_tip_waits),
        cmocka_unit_test(a_scroll_area_scrolls_and_clips),
        cmocka_unit_test(the_dump_is_json_whatever_is_on_the_screen),
        cmocka_unit_test(an_idle_window_wants_nothing),
        cmocka_unit_test(what_is_not_for_widgets_goes_to_the_app),
        cmocka_unit_test(the_queue_keeps_order_and_has_a_limit),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
