#!/usr/bin/env bash
# Fetches SwiftShader, a Vulkan device that runs on the processor, out of Debian's package of Chromium's parts.
# Use: scripts/swiftshader.sh FOLDER, then VK_DRIVER_FILES=FOLDER/vk_swiftshader_icd.json cargo test --workspace --features full gpu::
set -euo pipefail

folder=$1
[ -e "$folder/vk_swiftshader_icd.json" ] && exit
mkdir -p "$folder"
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
(cd "$temporary" && apt-get download -q chromium-common && dpkg -x chromium-common_*.deb .)
mv "$temporary"/usr/lib/chromium/{libvk_swiftshader.so,vk_swiftshader_icd.json} "$folder/"
