#pragma once
#include <stddef.h>
#include <stdint.h>

#define MALLOC_CAP_SPIRAM 1u
#define MALLOC_CAP_INTERNAL 2u
extern "C" {
size_t heap_caps_get_total_size(uint32_t caps);
size_t heap_caps_get_free_size(uint32_t caps);
size_t heap_caps_get_largest_free_block(uint32_t caps);
}
