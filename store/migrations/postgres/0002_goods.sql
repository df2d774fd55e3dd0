-- The essential goods. Prices in cents; `position` is the order in which the shop shows them.
insert into goods (slug, name, description, unit, price, position) values
  ('rice', 'Rice', 'Long-grain white rice that keeps for a year.', '1 kg bag', 240, 1),
  ('pasta', 'Pasta', 'Durum wheat spaghetti, ready in nine minutes.', '500 g pack', 135, 2),
  ('flour', 'Flour', 'Plain wheat flour for bread, sauces and pancakes.', '1 kg bag', 115, 3),
  ('beans', 'Beans', 'White beans in tomato sauce, cooked and ready.', '400 g tin', 105, 4),
  ('oil', 'Sunflower oil', 'Mild oil for frying, baking and salads.', '1 l bottle', 320, 5),
  ('salt', 'Salt', 'Fine sea salt in a box that closes well.', '500 g box', 65, 6),
  ('tea', 'Black tea', 'Strong breakfast tea, fifty bags in paper.', '50 bags', 295, 7),
  ('milk', 'Oat milk', 'Unsweetened oat drink that needs no fridge.', '1 l carton', 185, 8),
  ('soap', 'Soap', 'A plain bar for hands and body, unscented.', '100 g bar', 150, 9),
  ('paper', 'Toilet paper', 'Three soft layers of recycled paper.', '8 rolls', 410, 10);
