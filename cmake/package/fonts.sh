#!/bin/sh
# Copy the fonts that come with the packages for Windows and macOS: sh cmake/package/fonts.sh FOLDER
# Inter for the interface, JetBrains Mono for code, Noto Color Emoji. Both systems have fonts of their own for the world's
# scripts, in all editions, and fonts.c of each knows them: ours for Chinese, Japanese and Korean alone would be 5 MB, for
# all the others 20. What they lack is one look of the interface everywhere, and emoji in the colours that others see.
set -eu
to=$1
mkdir -p "$to"

# take PACKAGE FILE...
take()
{
    package=$1
    shift
    for file; do
        from=$(dpkg-query -L "$package" 2>/dev/null | grep "/$file\$" | head -n 1) || true
        if [ -z "$from" ]; then
            echo "fonts: $package has no $file here. Run: sh third_party/install-debian.sh windows" >&2
            exit 1
        fi
        cp "$from" "$to/$file"
        chmod 644 "$to/$file"
    done
}

take fonts-inter Inter-Regular.otf Inter-Medium.otf Inter-SemiBold.otf Inter-Bold.otf \
    Inter-Italic.otf Inter-MediumItalic.otf Inter-SemiBoldItalic.otf Inter-BoldItalic.otf
take fonts-jetbrains-mono JetBrainsMono-Regular.ttf
take fonts-noto-color-emoji NotoColorEmoji.ttf
