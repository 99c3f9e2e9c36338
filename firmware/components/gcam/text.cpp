#include "text.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace esphome::gcam {

void Text::add(std::string_view text) {
  const size_t fits = std::min(text.size(), this->size_ - this->length_);
  if (fits != 0)
    std::memcpy(this->memory_ + this->length_, text.data(), fits);
  this->length_ += fits;
  this->is_whole_ = this->is_whole_ && fits == text.size();
}

void Text::addf(const char *format, ...) {
  char line[192];
  va_list arguments;
  va_start(arguments, format);
  const int length = vsnprintf(line, sizeof(line), format, arguments);
  va_end(arguments);
  if (length < 0 || static_cast<size_t>(length) >= sizeof(line)) {
    this->is_whole_ = false;
    return;
  }
  this->add({line, static_cast<size_t>(length)});
}

void Text::add_json(std::string_view text) {
  this->add('"');
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      this->add('\\');
      this->add(letter);
    } else if (static_cast<uint8_t>(letter) < 0x20) {
      this->addf("\\u%04x", static_cast<unsigned>(static_cast<uint8_t>(letter)));
    } else {
      this->add(letter);
    }
  }
  this->add('"');
}

void Text::add_said(std::string_view text) {
  for (const char letter : text)
    this->add(letter >= 0x20 && letter < 0x7F ? letter : '?');
}

}  // namespace esphome::gcam
