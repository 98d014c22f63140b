-- A pandoc reader: a JSON list of markdown texts becomes one Div per text, numbered from 1.
-- Nothing in a text can reach outside it: raw passages become text, and so do the targets of links
-- and pictures. A text that cannot be read has no Div.

local FORMAT = 'commonmark+tex_math_dollars+pipe_tables+strikeout'

local function with_target(inlines, target)
  if pandoc.utils.stringify(inlines) ~= target then
    inlines:insert(pandoc.Str(' (' .. target .. ')'))
  end
  return inlines
end

local literal = {
  RawInline = function(raw) return pandoc.Str(raw.text) end,
  RawBlock = function(raw) return pandoc.CodeBlock(raw.text) end,
  -- A heading at the start of a Div would take the Div's place.
  Header = function(header)
    return pandoc.Div({pandoc.Plain(header.content)}, {class = 'heading'})
  end,
  Link = function(link) return with_target(link.content, link.target) end,
  Image = function(image)
    return with_target(pandoc.Inlines {'[picture] '} .. image.caption, image.src)
  end,
  CodeBlock = function(code)
    local language = code.classes[1]
    return pandoc.CodeBlock(code.text, language and {language = language} or {})
  end,
}

function Reader(input)
  local blocks = pandoc.Blocks {}
  for number, text in ipairs(pandoc.json.decode(tostring(input))) do
    local read, document = pcall(pandoc.read, text, FORMAT, nil, {})
    if read then
      blocks:insert(pandoc.Div(document:walk(literal).blocks, {id = tostring(number)}))
    end
  end
  return pandoc.Pandoc(blocks)
end
