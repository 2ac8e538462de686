#pragma once

#include <faceptor/core/text.hpp>
#include <faceptor/files/impl/pickle_machine_inl.hpp>

namespace faceptor::files::pickle::detail {

/// Turns text whose letters stand for bytes back into them.
FACEPTOR_INLINE void Machine::encode(const std::vector<Cell>& arguments) {
  if (arguments.size() != 2 || arguments[0].kind != Kind::text || arguments[1].kind != Kind::text ||
      (node(arguments[1]).text != "latin1" && node(arguments[1]).text != "latin-1")) {
    fail("weights: the pickle encodes bytes in a way that is not read", ErrorCode::unsupported);
  }
  const auto text = node(arguments[0]).text;
  // One text may be encoded again and again: what comes of it is counted, not what goes in.
  decoded_bytes_ += text.size();
  if (decoded_bytes_ > bytes_.size()) fail("weights: the pickle makes more bytes than it has", ErrorCode::limit);
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      decoded += text[i];
    } else if (lead == 0xc2 || lead == 0xc3) {
      decoded += static_cast<char>((lead & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3f));
    } else {
      fail("weights: the pickle encodes letters that stand for no byte");
    }
  }
  document_.decoded_.push_back(std::move(decoded));
  push(make(Kind::bytes, document_.decoded_.back()));
}

/// REDUCE and NEWOBJ: what would be called is known and allowed, and what comes of it is a value.
FACEPTOR_INLINE void Machine::call() {
  const auto parts = pop_count(2);
  if (parts[0].kind != Kind::global) fail("weights: the pickle calls something that is no global");
  if (parts[1].kind != Kind::tuple) fail("weights: the pickle calls with something that is no tuple");
  // A copy: making nodes moves them.
  const auto arguments = node(parts[1]).items;
  const auto wrong = [&] { fail("weights: the pickle calls " + text::in_quotes(node(parts[0]).text) + " with other arguments"); };
  const bool takes_list = arguments.size() == 1 && arguments[0].kind == Kind::list;
  if (parts[0].integer == kUnknown) return push(make(Kind::object, node(parts[0]).text, {parts[1]}));
  switch (options_.allowed[static_cast<std::size_t>(parts[0].integer)].call) {
    case Call::never:
      fail("weights: the pickle calls " + text::in_quotes(node(parts[0]).text) + ", which is a name only", ErrorCode::unsupported);
    case Call::object: return push(make(Kind::object, node(parts[0]).text, {parts[1]}));
    case Call::encode: return encode(arguments);
    case Call::bytes:
      if (!arguments.empty()) wrong();
      return push(make(Kind::bytes));
    case Call::default_dict: return push(make(Kind::dict));
    case Call::set:
      if (!arguments.empty() && !takes_list) wrong();
      return push(make(Kind::set, {}, arguments.empty() ? std::vector<Cell>{} : copied(arguments[0])));
    case Call::ordered_dict: {
      if (!arguments.empty() && !takes_list) wrong();
      std::vector<Cell> items;
      for (const auto& pair : arguments.empty() ? std::vector<Cell>{} : copied(arguments[0])) {
        if ((pair.kind != Kind::list && pair.kind != Kind::tuple) || node(pair).items.size() != 2) wrong();
        items.insert(items.end(), node(pair).items.begin(), node(pair).items.end());
      }
      return push(make(Kind::dict, {}, std::move(items)));
    }
  }
}

/// The elements of a list that a call takes over. One list may be taken over again and again, so they are counted.
FACEPTOR_INLINE std::vector<Cell> Machine::copied(const Cell& list) {
  copied_cells_ += node(list).items.size();
  if (copied_cells_ > bytes_.size()) fail("weights: the pickle makes more values than it has", ErrorCode::limit);
  return node(list).items;
}

FACEPTOR_INLINE void Machine::build() {
  const auto state = pop();
  need(1);
  if (stack_.back().kind != Kind::dict && stack_.back().kind != Kind::object) {
    fail("weights: the pickle sets the state of something that has none");
  }
  node(stack_.back()).extra = state;
}

FACEPTOR_INLINE void Machine::persistent() {
  if (!options_.persistent_ids) fail("weights: the pickle refers to something outside it", ErrorCode::unsupported);
  const auto identity = pop();
  if (identity.kind != Kind::tuple) fail("weights: the pickle refers to something outside it by something else than a tuple");
  document_.persistent_.push_back(make(Kind::persistent, {}, {identity}));
  push(document_.persistent_.back());
}

/// Numbers and constants; false if the opcode is none of them.
FACEPTOR_INLINE bool Machine::step_number(std::uint8_t opcode) {
  switch (opcode) {
    case 'N': push({}); return true;
    case 0x88: push(number(Kind::boolean, 1)); return true;
    case 0x89: push(number(Kind::boolean, 0)); return true;
    case 'J': push(number(Kind::integer, cursor_.take<std::int32_t>())); return true;
    case 'K': push(number(Kind::integer, cursor_.take<std::uint8_t>())); return true;
    case 'M': push(number(Kind::integer, cursor_.take<std::uint16_t>())); return true;
    case 0x8a: long_integer(cursor_.take<std::uint8_t>()); return true;
    case 0x8b: long_integer(cursor_.take<std::uint32_t>()); return true;
    case 'G': real(); return true;
    default: return false;
  }
}

/// Texts, bytes and the memo; false if the opcode is none of them.
FACEPTOR_INLINE bool Machine::step_text(std::uint8_t opcode) {
  switch (opcode) {
    case 0x8c: text(cursor_.take<std::uint8_t>()); return true;
    case 'X': text(cursor_.take<std::uint32_t>()); return true;
    case 0x8d: text(cursor_.take<std::uint64_t>()); return true;
    case 'U':
    case 'C': push(make(Kind::bytes, take_text(cursor_.take<std::uint8_t>()))); return true;
    case 'T':
    case 'B': push(make(Kind::bytes, take_text(cursor_.take<std::uint32_t>()))); return true;
    case 0x8e:
    case 0x96: push(make(Kind::bytes, take_text(cursor_.take<std::uint64_t>()))); return true;
    case 'q': memoize(cursor_.take<std::uint8_t>()); return true;
    case 'r': memoize(cursor_.take<std::uint32_t>()); return true;
    case 0x94: memoize(memo_.size()); return true;
    case 'h': recall(cursor_.take<std::uint8_t>()); return true;
    case 'j': recall(cursor_.take<std::uint32_t>()); return true;
    default: return false;
  }
}

/// One opcode; false for STOP.
FACEPTOR_INLINE bool Machine::step(std::uint8_t opcode) {
  opcode_position_ = cursor_.position() - 1;
  if (step_number(opcode) || step_text(opcode)) return true;
  switch (opcode) {
    case '.': return false;
    case 0x95:
      if (const auto frame = cursor_.take<std::uint64_t>(); frame > cursor_.remaining()) fail("weights: the pickle is cut off");
      return true;
    case '(': marks_.push_back(stack_.size()); return true;
    case '0':
      // Python's reader takes the mark itself if it is on top.
      if (!marks_.empty() && marks_.back() == stack_.size())
        marks_.pop_back();
      else
        pop();
      return true;
    case '1': pop_mark(); return true;
    case '2':
      need(1);
      push(stack_.back());
      return true;
    case '}': push(make(Kind::dict)); return true;
    case ']': push(make(Kind::list)); return true;
    case 0x8f: push(make(Kind::set)); return true;
    case ')': push(make(Kind::tuple)); return true;
    case 0x85:
    case 0x86:
    case 0x87: push(make(Kind::tuple, {}, pop_count(opcode - 0x84))); return true;
    case 't': push(make(Kind::tuple, {}, pop_mark())); return true;
    case 'l': push(make(Kind::list, {}, pop_mark())); return true;
    case 0x91: push(make(Kind::set, {}, pop_mark())); return true;
    case 'd': {
      auto items = pop_mark();
      if (items.size() % 2 != 0) fail("weights: the pickle gives a dict a key without a value");
      push(make(Kind::dict, {}, std::move(items)));
      return true;
    }
    case 'a': append(Kind::list, pop_count(1)); return true;
    case 'e': append(Kind::list, pop_mark()); return true;
    case 0x90: append(Kind::set, pop_mark()); return true;
    case 's': append(Kind::dict, pop_count(2)); return true;
    case 'u': append(Kind::dict, pop_mark()); return true;
    case 'c': {
      const auto module = take_line();
      global(module, take_line());
      return true;
    }
    case 0x93: stack_global(); return true;
    case 'R':
    case 0x81: call(); return true;
    case 0x92:  // with named arguments, of which only unknown objects have any
      if (pop().kind != Kind::dict) fail("weights: the pickle calls with something that is no dict");
      need(2);
      if (stack_[stack_.size() - 2].kind != Kind::global || stack_[stack_.size() - 2].integer != kUnknown) {
        fail("weights: the pickle calls by named arguments", ErrorCode::unsupported);
      }
      call();
      return true;
    case 'b': build(); return true;
    case 'Q': persistent(); return true;
    default: fail("weights: the pickle has an opcode that is not read", ErrorCode::unsupported, "found " + std::to_string(opcode));
  }
}

}  // namespace faceptor::files::pickle::detail
